/// Where the model view puts things.
struct ModelLayout {
  let zoom: ModelZoom

  init(_ state: ExplorerState) {
    zoom = state.display.modelZoom ?? .index
  }
}
