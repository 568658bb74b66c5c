#include "CResources.h"

#define EMBEDDED static constexpr unsigned char

EMBEDDED font_regular[] = {
#embed "fonts/DejaVuSansMono.ttf"
};
EMBEDDED font_bold[] = {
#embed "fonts/DejaVuSansMono-Bold.ttf"
};
EMBEDDED font_sans[] = {
#embed "fonts/DejaVuSans.ttf"
};
EMBEDDED font_sans_bold[] = {
#embed "fonts/DejaVuSans-Bold.ttf"
};
EMBEDDED page_style[] = {
#embed "page/page.css"
};
// In the order in which they run, in one script.
EMBEDDED page_script[] = {
#embed "page/attention.js"
#embed "page/drawing.js" prefix(,)
#embed "page/tokens.js" prefix(,)
#embed "page/head.js" prefix(,)
#embed "page/model.js" prefix(,)
#embed "page/scatter.js" prefix(,)
#embed "page/neuron.js" prefix(,)
#embed "page/matrix.js" prefix(,)
#embed "page/output.js" prefix(,)
#embed "page/page.js" prefix(,)
};

#define RESOURCE(name) const resource resource_##name = {name, sizeof name}

RESOURCE(font_regular);
RESOURCE(font_bold);
RESOURCE(font_sans);
RESOURCE(font_sans_bold);
RESOURCE(page_style);
RESOURCE(page_script);
