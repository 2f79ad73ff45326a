// django.utils.encoding: text on its way from and to URLs. All text here is UTF-8; WSGI's header values are Latin-1 bytes.
#pragma once

#include <string>
#include <string_view>

namespace django::utils::encoding {

/// The bytes of a URL path as text: what is no UTF-8 gets its percent signs back ("caf\xe9" is "caf%E9").
/// Source: django/utils/encoding.py, repercent_broken_unicode
std::string repercent_broken_unicode(std::string_view path);

/// An IRI becomes a URI: everything beyond ASCII is percent-encoded, what is encoded already stays.
/// Source: django/utils/encoding.py, iri_to_uri
std::string iri_to_uri(std::string_view iri);

/// Escapes a path for a URL. Source: django/utils/encoding.py, escape_uri_path
std::string escape_uri_path(std::string_view path);

/// bytes.decode('latin-1'), as UTF-8.
std::string decode_latin1(std::string_view bytes);

}  // namespace django::utils::encoding
