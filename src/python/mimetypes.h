// mimetypes: what a file is, told by its name.
// Departs: one built-in table answers, with the fonts browsers ask for; /etc/mime.types is not read, so an answer is the same everywhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace python::mimetypes {

/// (type, encoding): ("application/x-tar", "gzip") for "a.tgz"; nullopt for what is not known.
std::pair<std::optional<std::string>, std::optional<std::string>> guess_type(std::string_view url);

}  // namespace python::mimetypes
