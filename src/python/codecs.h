// codecs: text as code points, for those who count or cut it as Python does. UTF-8 with "surrogateescape": a byte that is no
// UTF-8 survives the way there and back.
#pragma once

#include <string>
#include <string_view>

namespace python::codecs {

std::u32string decode(std::string_view bytes);
std::string encode(std::u32string_view text);

/// len(text): code points, not bytes.
std::size_t len(std::string_view text);

/// Whether codecs.lookup(encoding) finds one. Takes any spelling: "UTF-8", "utf_8", "Latin 1".
bool has(std::string_view encoding);

}  // namespace python::codecs
