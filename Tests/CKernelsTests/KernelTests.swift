import CKernels
import Testing

/// The parent of all suites of this module: one after the other, since each switches the variant.
@Suite(.serialized) struct KernelTests {}

/// Calls `body` once for each variant that this processor can run; the baseline is always one of them.
func forEachVariant(_ body: () throws -> Void) rethrows {
  let best = ck_current_variant()
  defer { ck_use_variant(best) }
  for variant in [CK_VARIANT_BASELINE, CK_VARIANT_AVX2, CK_VARIANT_AVX512]
  where ck_use_variant(variant) {
    try body()
  }
}

/// Lengths around the vectors' and the blocks' ends.
let awkwardLengths = [1, 3, 7, 8, 15, 16, 31, 33, 768, 1023]
