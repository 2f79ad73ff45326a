// What a system check reports.
#pragma once

#include <string>
#include <string_view>

namespace django::core::checks {

// Levels, as numbers that compare.
inline constexpr int DEBUG_ = 10, INFO = 20, WARNING = 30, ERROR = 40, CRITICAL = 50;

/// Source: django/core/checks/messages.py, class CheckMessage
class CheckMessage {
 public:
  int level = ERROR;
  std::string msg;
  std::string hint = {};
  std::string obj = {};       // str(obj); "" is None, shown as "?"
  std::string id = {};
  bool is_serious(int at = ERROR) const { return level >= at; }
  /// Whether SILENCED_SYSTEM_CHECKS names its id.
  bool is_silenced() const;
  /// "obj: (id) msg\n\tHINT: hint"
  std::string str() const;
};

CheckMessage Debug(std::string msg, std::string hint = {}, std::string obj = {}, std::string id = {});
CheckMessage Info(std::string msg, std::string hint = {}, std::string obj = {}, std::string id = {});
CheckMessage Warning(std::string msg, std::string hint = {}, std::string obj = {}, std::string id = {});
CheckMessage Error(std::string msg, std::string hint = {}, std::string obj = {}, std::string id = {});
CheckMessage Critical(std::string msg, std::string hint = {}, std::string obj = {}, std::string id = {});

}  // namespace django::core::checks
