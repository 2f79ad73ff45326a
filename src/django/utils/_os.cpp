#include "django/utils/_os.h"

#include <fmt/format.h>

#include "django/core/exceptions.h"
#include "python/os.h"
#include "tracepoints/trace.h"

using django::core::exceptions::SuspiciousFileOperation;
namespace os = python::os;

namespace django::utils::_os {

// django/utils/_os.py, safe_join()
std::string safe_join(std::string_view base, std::string_view path) {
  TRACE_FRAME("utils._os.safe_join", base, path);
  const std::string final_path = os::path::abspath(os::path::join(base, path));
  const std::string base_path = os::path::abspath(base);
  // The separator matters: /srv/static_evil begins with /srv/static too.
  if (!final_path.starts_with(base_path + "/") && final_path != base_path && base_path != "/")
    throw SuspiciousFileOperation(fmt::format(
        "The joined path ({}) is located outside of the base path component ({})", final_path, base_path));
  return traced.result(final_path);
}

}  // namespace django::utils::_os
