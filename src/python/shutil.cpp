// shutil: asked once for each usage or help text that argparse lays out.
#include "python/shutil.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <limits>
#include <string>

#include "python/int.h"
#include "python/os.h"

namespace python::shutil {

int get_terminal_columns() {
  constexpr int widest = std::numeric_limits<int>::max();
  const std::string text = os::environ.get("COLUMNS", "");
  if (const auto columns = int_(text); columns && *columns > 0) return *columns > widest ? widest : static_cast<int>(*columns);
  // More digits than int_ knows: Python's numbers have no end.
  if (text.size() > 18 && text.find_first_not_of("0123456789") == text.npos) return widest;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

}  // namespace python::shutil
