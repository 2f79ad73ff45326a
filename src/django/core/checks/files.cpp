// django/core/checks/files.py
#include "django/core/checks/files.h"

#include "django/conf/__init__.h"
#include "python/os.h"

namespace django::core::checks::files {

namespace os = python::os;
using django::conf::settings;

// django/core/checks/files.py, check_setting_file_upload_temp_dir()
Messages check_setting_file_upload_temp_dir(const AppConfigs*, const Databases*) {
  const python::Value& setting = settings.get("FILE_UPLOAD_TEMP_DIR");
  if (!setting.truthy() || os::path::isdir(setting.str())) return {};
  return {Error("The FILE_UPLOAD_TEMP_DIR setting refers to the nonexistent directory '" + setting.str() + "'.", {}, {},
                "files.E001")};
}

}  // namespace django::core::checks::files
