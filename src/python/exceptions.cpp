#include "python/exceptions.h"

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "python/builtins.h"
#include "tracepoints/trace.h"

namespace python {
namespace {

std::string os_error_text(int errno_, const std::string& strerror, const std::string& filename) {
  std::string text = "[Errno " + std::to_string(errno_) + "] " + strerror;
  if (!filename.empty()) text += ": " + repr(filename);
  return text;
}

// One link of the chain: its line, and what it was raised from.
std::string describe(const std::exception_ptr& error, std::exception_ptr& cause) {
  try {
    std::rethrow_exception(error);
  } catch (const BaseException& e) {
    if (const auto* nested = dynamic_cast<const std::nested_exception*>(&e)) cause = nested->nested_ptr();
    return e.str().empty() ? e.type_name() : e.type_name() + ": " + e.str();
  } catch (const std::exception& e) {
    if (const auto* nested = dynamic_cast<const std::nested_exception*>(&e)) cause = nested->nested_ptr();
    return std::string("RuntimeError: ") + e.what();
  } catch (...) {
    return "RuntimeError: an exception of a foreign type";
  }
}

}  // namespace

BaseException::BaseException(std::string_view type_name, std::string message)
    : type_name_(type_name), message_(std::move(message)) {
  tracepoints::note_exception(type_name_.substr(type_name_.rfind('.') + 1), message_);
}

KeyError::KeyError(std::string_view key) : LookupError("KeyError", repr(key)) {}

OSError::OSError(int errno_, std::string strerror, std::string filename)
    : OSError("OSError", errno_, std::move(strerror), std::move(filename)) {}

OSError::OSError(std::string_view type_name, int errno_, std::string strerror, std::string filename)
    : Exception(type_name, os_error_text(errno_, strerror, filename)),
      errno_(errno_), strerror(std::move(strerror)), filename(std::move(filename)) {}

void raise_os_error(int errno_, std::string filename) {
  std::string words = std::generic_category().message(errno_);
  switch (errno_) {
    case EAGAIN: throw BlockingIOError(errno_, words, filename);
    case EPIPE: case ESHUTDOWN: throw BrokenPipeError(errno_, words, filename);
    case ECONNABORTED: throw ConnectionAbortedError(errno_, words, filename);
    case ECONNREFUSED: throw ConnectionRefusedError(errno_, words, filename);
    case ECONNRESET: throw ConnectionResetError(errno_, words, filename);
    case EEXIST: throw FileExistsError(errno_, words, filename);
    case ENOENT: throw FileNotFoundError(errno_, words, filename);
    case EINTR: throw InterruptedError(errno_, words, filename);
    case EISDIR: throw IsADirectoryError(errno_, words, filename);
    case ENOTDIR: throw NotADirectoryError(errno_, words, filename);
    case EACCES: case EPERM: throw PermissionError(errno_, words, filename);
    case ETIMEDOUT: throw TimeoutError(errno_, words, filename);
    default: throw OSError(errno_, words, filename);
  }
}

std::string format_exception(const std::exception_ptr& error) {
  std::vector<std::string> lines;
  for (std::exception_ptr at = error; at;) {
    std::exception_ptr cause;
    lines.push_back(describe(at, cause));
    at = cause;
  }
  std::string out;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (!out.empty()) out += "\nThe above exception was the direct cause of the following exception:\n\n";
    out += *line + "\n";
  }
  return out;
}

}  // namespace python
