// A read-only view of a parsed JSON text, over RapidJSON. Values live as long as their document.
#ifndef CJSON_H
#define CJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cjson_document cjson_document;
typedef struct cjson_value cjson_value;

enum cjson_kind : uint8_t {
  CJSON_NULL, CJSON_BOOL, CJSON_INTEGER, CJSON_NUMBER, CJSON_STRING, CJSON_ARRAY, CJSON_OBJECT,
  CJSON_NOT_FINITE
};

/// A copy of a text, to be parsed. Null where there is no memory for it.
cjson_document *_Nullable cjson_copy(const char *_Nonnull text, size_t length);
/// Parses the text, UTF-8; once. False when it is not JSON; then `problem` says why and `offset` where, in bytes.
/// Nesting depth costs no stack. NaN and Infinity, which are no JSON, are read where `allows_not_finite` says so.
bool cjson_parse(cjson_document *_Nonnull document, bool allows_not_finite,
                 const char *_Nullable *_Nonnull problem, size_t *_Nonnull offset);
void cjson_free(cjson_document *_Nullable document);
const cjson_value *_Nonnull cjson_root(const cjson_document *_Nonnull document);

enum cjson_kind cjson_kind(const cjson_value *_Nonnull value);
bool cjson_bool(const cjson_value *_Nonnull value);
/// Any number, as a double; of kind CJSON_NOT_FINITE, NaN or infinite.
double cjson_number(const cjson_value *_Nonnull value);
/// An integer that fits 64 bits signed (kind CJSON_INTEGER).
int64_t cjson_integer(const cjson_value *_Nonnull value);
const char *_Nonnull cjson_string(const cjson_value *_Nonnull value, size_t *_Nonnull length);

/// Elements of an array or members of an object.
size_t cjson_count(const cjson_value *_Nonnull value);
const cjson_value *_Nonnull cjson_element(const cjson_value *_Nonnull array, size_t index);
const cjson_value *_Nonnull cjson_member(const cjson_value *_Nonnull object, size_t index,
                                         const char *_Nonnull *_Nonnull key,
                                         size_t *_Nonnull length);

#ifdef __cplusplus
}
#endif
#endif
