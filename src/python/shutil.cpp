// shutil: asked once for each usage or help text that argparse lays out.
#include "python/shutil.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <limits>

#include "python/int.h"
#include "python/os.h"

namespace python::shutil {

int get_terminal_columns() {
  if (const auto columns = int_(os::environ.get("COLUMNS", "")); columns && *columns > 0)
    return *columns > std::numeric_limits<int>::max() ? std::numeric_limits<int>::max() : static_cast<int>(*columns);
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

}  // namespace python::shutil
