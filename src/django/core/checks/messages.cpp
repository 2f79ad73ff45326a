// What a system check reports. BaseCommand.check sorts and prints these.
#include "django/core/checks/messages.h"

#include <algorithm>

#include "django/conf/__init__.h"

namespace django::core::checks {

using django::conf::settings;

// django/core/checks/messages.py, CheckMessage.is_silenced()
bool CheckMessage::is_silenced() const {
  const auto silenced = settings.__getattr__("SILENCED_SYSTEM_CHECKS").strings();
  return std::find(silenced.begin(), silenced.end(), id) != silenced.end();
}

// django/core/checks/messages.py, CheckMessage.__str__()
std::string CheckMessage::str() const {
  // Left out: models and their fields as the object; there is no ORM here.
  std::string text = (obj.empty() ? "?" : obj) + ": ";
  if (!id.empty()) text += "(" + id + ") ";
  text += msg;
  if (!hint.empty()) text += "\n\tHINT: " + hint;
  return text;
}

CheckMessage Debug(std::string msg, std::string hint, std::string obj, std::string id) {
  return {DEBUG_, std::move(msg), std::move(hint), std::move(obj), std::move(id)};
}
CheckMessage Info(std::string msg, std::string hint, std::string obj, std::string id) {
  return {INFO, std::move(msg), std::move(hint), std::move(obj), std::move(id)};
}
CheckMessage Warning(std::string msg, std::string hint, std::string obj, std::string id) {
  return {WARNING, std::move(msg), std::move(hint), std::move(obj), std::move(id)};
}
CheckMessage Error(std::string msg, std::string hint, std::string obj, std::string id) {
  return {ERROR, std::move(msg), std::move(hint), std::move(obj), std::move(id)};
}
CheckMessage Critical(std::string msg, std::string hint, std::string obj, std::string id) {
  return {CRITICAL, std::move(msg), std::move(hint), std::move(obj), std::move(id)};
}

}  // namespace django::core::checks
