#include "django/utils/http.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "python/builtins.h"
#include "python/exceptions.h"
#include "python/re.h"
#include "python/time.h"
#include "python/urllib/parse.h"

using python::ValueError;
namespace re = python::re;

namespace django::utils::http {
namespace {

constexpr std::array<std::string_view, 12> MONTHS = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

struct Date {
  std::int64_t year;
  unsigned month, day;
};

// Days since the epoch and back, by Howard Hinnant's formulas: no time zone, no global state, any thread.
std::int64_t days_from_civil(Date date) {
  const std::int64_t y = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t yoe = y - era * 400;
  const std::int64_t doy = (153 * (static_cast<std::int64_t>(date.month) + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

Date civil_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t doe = days - era * 146097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const auto month = static_cast<unsigned>(mp < 10 ? mp + 3 : mp - 9);
  return {yoe + era * 400 + (month <= 2 ? 1 : 0), month, static_cast<unsigned>(doy - (153 * mp + 2) / 5 + 1)};
}

bool valid(Date date, int hour, int minute, int second) {
  const Date back = civil_from_days(days_from_civil(date));
  return back.year == date.year && back.month == date.month && back.day == date.day && hour < 24 && minute < 60 && second < 60;
}

const std::array<re::Pattern, 3>& formats() {
  static const std::string time = R"((?P<hour>[0-9]{2}):(?P<min>[0-9]{2}):(?P<sec>[0-9]{2}))";
  static const std::array<re::Pattern, 3> patterns = {
      re::compile(R"(^\w{3}, (?P<day>[0-9]{2}) (?P<mon>\w{3}) (?P<year>[0-9]{4}) )" + time + " GMT$"),
      re::compile(R"(^\w{6,9}, (?P<day>[0-9]{2})-(?P<mon>\w{3})-(?P<year>[0-9]{2}) )" + time + " GMT$"),
      re::compile(R"(^\w{3} (?P<mon>\w{3}) (?P<day>[0-9 ][0-9]) )" + time + " (?P<year>[0-9]{4})$"),
  };
  return patterns;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

}  // namespace

// django/utils/http.py, http_date()
std::string http_date(std::optional<double> epoch_seconds) {
  const auto seconds = static_cast<std::int64_t>(std::floor(epoch_seconds.value_or(python::time::time())));
  std::int64_t days = seconds / 86400, rest = seconds % 86400;
  if (rest < 0) --days, rest += 86400;
  const Date date = civil_from_days(days);
  const auto weekday = static_cast<std::size_t>(((days + 3) % 7 + 7) % 7);
  std::string month(MONTHS[date.month - 1]);
  month[0] = static_cast<char>(month[0] - 32);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", DAYS[weekday], date.day, month, date.year, rest / 3600, rest / 60 % 60, rest % 60);
}

// django/utils/http.py, parse_http_date()
std::int64_t parse_http_date(std::string_view date) {
  std::optional<re::Match> m;
  for (const re::Pattern& format : formats()) {
    m = format.match(date);
    if (m) break;
  }
  if (!m) throw ValueError(fmt::format("{} is not in a valid HTTP date format", python::repr(date)));
  const auto number = [&](std::string_view group) { return std::stoi(*m->group(group)); };
  std::int64_t year = number("year");
  if (year < 100) {
    // Two digits: the year within fifty of now that ends so.
    const std::int64_t current_year = civil_from_days(static_cast<std::int64_t>(python::time::time()) / 86400).year;
    const std::int64_t current_century = current_year - current_year % 100;
    year += year - current_year % 100 > 50 ? current_century - 100 : current_century;
  }
  const auto month = std::find(MONTHS.begin(), MONTHS.end(), lower(*m->group("mon")));
  const Date day = {year, static_cast<unsigned>(month - MONTHS.begin()) + 1, static_cast<unsigned>(number("day"))};
  const int hour = number("hour"), minute = number("min"), second = number("sec");
  if (month == MONTHS.end() || !valid(day, hour, minute, second))
    throw ValueError(fmt::format("{} is not a valid date", python::repr(date)));
  return days_from_civil(day) * 86400 + hour * 3600 + minute * 60 + second;
}

// django/utils/http.py, is_same_domain()
bool is_same_domain(std::string_view host, std::string_view pattern_) {
  if (pattern_.empty()) return false;
  const std::string pattern = lower(pattern_);
  if (pattern[0] == '.') return host.ends_with(pattern) || host == std::string_view(pattern).substr(1);
  return pattern == host;
}

// django/utils/http.py, escape_leading_slashes()
std::string escape_leading_slashes(std::string url) {
  if (url.starts_with("//")) url = "/%2F" + url.substr(2);
  return url;
}

// django/utils/http.py, content_disposition_header()
std::optional<std::string> content_disposition_header(bool as_attachment, std::string_view filename) {
  if (filename.empty()) return as_attachment ? std::optional<std::string>("attachment") : std::nullopt;
  const std::string_view disposition = as_attachment ? "attachment" : "inline";
  const bool quotable = std::all_of(filename.begin(), filename.end(), [](char c) { return c == '\t' || (c >= 0x20 && c <= 0x7E); });
  if (!quotable) return fmt::format("{}; filename*=utf-8''{}", disposition, python::urllib::parse::quote(filename));
  std::string escaped;
  for (const char c : filename) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c;
  }
  return fmt::format("{}; filename=\"{}\"", disposition, escaped);
}

}  // namespace django::utils::http
