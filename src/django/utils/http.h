// django.utils.http: dates, hosts and addresses as HTTP writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace django::utils::http {

/// "Tue, 02 Jan 2024 03:04:05 GMT". Units: seconds since the epoch; now when not given. The fraction is dropped.
std::string http_date(std::optional<double> epoch_seconds = std::nullopt);

/// The three forms RFC 9110 allows. Units: seconds since the epoch. Raises: ValueError.
std::int64_t parse_http_date(std::string_view date);

/// Whether a host equals the pattern; a pattern with a leading dot covers subdomains too.
bool is_same_domain(std::string_view host, std::string_view pattern);

/// "//evil.example" would be read as another host: gives "/%2Fevil.example".
std::string escape_leading_slashes(std::string url);

/// The value of Content-Disposition; nullopt when there is nothing to say.
std::optional<std::string> content_disposition_header(bool as_attachment, std::string_view filename);

}  // namespace django::utils::http
