// django.http.multipartparser: forms sent as multipart/form-data.
// Left out: uploaded files, and with them the upload handlers and FILES; parts that have a file name are skipped.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "django/http/request.h"
#include "python/exceptions.h"

namespace django::http::multipartparser {

class MultiPartParserError : public python::Exception {
 public:
  explicit MultiPartParserError(std::string message)
      : Exception("django.http.multipartparser.MultiPartParserError", std::move(message)) {}
};

/// The text fields of a form. Takes: the Content-Type header and the whole body.
/// Raises: MultiPartParserError; TooManyFieldsSent beyond DATA_UPLOAD_MAX_NUMBER_FIELDS.
/// Departs: the body is read whole, within DATA_UPLOAD_MAX_MEMORY_SIZE; Django reads files in chunks and counts only fields.
QueryDict parse(std::string_view content_type, std::string_view body);

/// One header value and its parameters: ("form-data", name="a") of `form-data; name="a"`.
/// Source: django/utils/http.py, parse_header_parameters
std::pair<std::string, std::map<std::string, std::string>> parse_header_parameters(std::string_view line);

}  // namespace django::http::multipartparser
