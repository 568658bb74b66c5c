#include "CJSON.h"

#if !__has_include(<rapidjson/document.h>)
#error "rapidjson/document.h is missing: apt-get install rapidjson-dev"
#endif
// RapidJSON's own assertions must never end the program: the Swift side asks for the kind first.
#define RAPIDJSON_ASSERT(condition) ((void)0)
// Every processor of these kinds has them.
#if defined(__x86_64__)
#define RAPIDJSON_SSE2
#elif defined(__aarch64__)
#define RAPIDJSON_NEON
#endif
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

using Value = rapidjson::Value;

struct cjson_document {
  // The strings of the tree lie in it.
  char *text;
  size_t length;
  rapidjson::Document tree;
};

static const Value &tree(const cjson_value *value) {
  return *reinterpret_cast<const Value *>(value);
}
static const cjson_value *opaque(const Value &value) {
  return reinterpret_cast<const cjson_value *>(&value);
}

static bool fail(const char *why, size_t where, const char **problem, size_t *offset) {
  *problem = why;
  *offset = where;
  return false;
}

/// Where the text stops being UTF-8; its length where it does not.
static size_t end_of_utf8(const char *text, size_t length) {
  struct {
    void Put(char) {}
  } nowhere;
  rapidjson::MemoryStream rest(text, length);
  while (rest.src_ < rest.end_) {
    // Most of any text is ASCII; the lowest byte of the number is the first of the text.
    std::uint64_t eight = 0x80;
    if (rest.end_ - rest.src_ >= 8) std::memcpy(&eight, rest.src_, 8);
    eight &= 0x8080808080808080u;
    rest.src_ += eight == 0 ? 8 : __builtin_ctzll(eight) / 8;
    if (eight == 0) continue;
    size_t start = rest.Tell();
    if (!rapidjson::UTF8<>::Validate(rest, nowhere)) return start;
  }
  return length;
}

cjson_document *cjson_copy(const char *text, size_t length) {
  // The parser reads 16 bytes at a time, some of them behind the end.
  constexpr size_t margin = 16;
  auto *document =
      new (std::nothrow) cjson_document{static_cast<char *>(std::malloc(length + margin)), length, {}};
  if (!document || !document->text) {
    cjson_free(document);
    return nullptr;
  }
  std::memcpy(document->text, text, length);
  std::memset(document->text + length, 0, margin);
  return document;
}

bool cjson_parse(cjson_document *document, bool allows_not_finite, const char **problem, size_t *offset) {
  // Iterative, so that deep nesting cannot exhaust the stack. In place, which is twice as fast.
  constexpr unsigned flags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                             rapidjson::kParseFullPrecisionFlag;
  char *text = document->text;
  // The parser takes it for the end of the text.
  if (const void *zero = std::memchr(text, 0, document->length)) {
    return fail("Invalid value.", static_cast<size_t>(static_cast<const char *>(zero) - text), problem, offset);
  }
  // Not by the parser, which would look at each character of a string on its own; what is no JSON at all is said first.
  size_t end = end_of_utf8(text, document->length);
  if (allows_not_finite) {
    document->tree.ParseInsitu<flags | rapidjson::kParseNanAndInfFlag>(text);
  } else {
    document->tree.ParseInsitu<flags>(text);
  }
  if (document->tree.HasParseError()) {
    return fail(rapidjson::GetParseError_En(document->tree.GetParseError()), document->tree.GetErrorOffset(),
                problem, offset);
  }
  if (end < document->length) {
    return fail(rapidjson::GetParseError_En(rapidjson::kParseErrorStringInvalidEncoding), end, problem, offset);
  }
  return true;
}

void cjson_free(cjson_document *document) {
  if (document) std::free(document->text);
  delete document;
}

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
    case rapidjson::kNumberType:
      return v.IsInt64() ? CJSON_INTEGER : std::isfinite(v.GetDouble()) ? CJSON_NUMBER : CJSON_NOT_FINITE;
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
