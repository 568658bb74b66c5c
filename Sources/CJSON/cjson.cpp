#include "CJSON.h"

#if !__has_include(<rapidjson/document.h>)
#error "rapidjson/document.h is missing: apt-get install rapidjson-dev"
#endif
// RapidJSON's own assertions must never end the program: the Swift side asks for the kind first.
#define RAPIDJSON_ASSERT(condition) ((void)0)
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <new>

using Value = rapidjson::Value;

struct cjson_document {
  rapidjson::Document tree;
};

static const Value &tree(const cjson_value *value) {
  return *reinterpret_cast<const Value *>(value);
}
static const cjson_value *opaque(const Value &value) {
  return reinterpret_cast<const cjson_value *>(&value);
}

cjson_document *cjson_parse(const char *text, size_t length, const char **problem, size_t *offset) {
  // Iterative, so that deep nesting cannot exhaust the stack.
  constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                             rapidjson::kParseFullPrecisionFlag;
  auto *document = new (std::nothrow) cjson_document;
  if (!document) {
    *problem = "out of memory";
    *offset = 0;
    return nullptr;
  }
  document->tree.Parse<flags>(text, length);
  if (document->tree.HasParseError()) {
    *problem = rapidjson::GetParseError_En(document->tree.GetParseError());
    *offset = document->tree.GetErrorOffset();
    delete document;
    return nullptr;
  }
  return document;
}

void cjson_free(cjson_document *document) { delete document; }

const cjson_value *cjson_root(const cjson_document *document) { return opaque(document->tree); }

enum cjson_kind cjson_kind(const cjson_value *value) {
  const Value &v = tree(value);
  switch (v.GetType()) {
    case rapidjson::kNullType: return CJSON_NULL;
    case rapidjson::kFalseType:
    case rapidjson::kTrueType: return CJSON_BOOL;
    case rapidjson::kStringType: return CJSON_STRING;
    case rapidjson::kArrayType: return CJSON_ARRAY;
    case rapidjson::kObjectType: return CJSON_OBJECT;
    case rapidjson::kNumberType: return v.IsInt64() ? CJSON_INTEGER : CJSON_NUMBER;
  }
  return CJSON_NULL;
}

bool cjson_bool(const cjson_value *value) { return tree(value).IsTrue(); }
double cjson_number(const cjson_value *value) { return tree(value).GetDouble(); }
int64_t cjson_integer(const cjson_value *value) { return tree(value).GetInt64(); }

const char *cjson_string(const cjson_value *value, size_t *length) {
  *length = tree(value).GetStringLength();
  return tree(value).GetString();
}

size_t cjson_count(const cjson_value *value) {
  return tree(value).IsArray() ? tree(value).Size() : tree(value).MemberCount();
}

const cjson_value *cjson_element(const cjson_value *array, size_t index) {
  return opaque(tree(array)[static_cast<rapidjson::SizeType>(index)]);
}

const cjson_value *cjson_member(const cjson_value *object, size_t index, const char **key,
                                size_t *length) {
  auto member = tree(object).MemberBegin() + static_cast<std::ptrdiff_t>(index);
  *key = member->name.GetString();
  *length = member->name.GetStringLength();
  return opaque(member->value);
}
