// django.utils.html: text that shall stand in a page as text.
#pragma once

#include <string>
#include <string_view>

namespace django::utils::html {

/// < > & " ' become entities. Source: django/utils/html.py, escape
std::string escape(std::string_view text);

/// The same for text from strangers: control characters, broken bytes and the marks that turn writing around are shown, too.
std::string escape_visibly(std::string_view text);

}  // namespace django::utils::html
