// secrets: getrandom(2), as os.urandom uses it.
#include "python/secrets.h"

#include <cerrno>

#include <sys/random.h>

#include "python/exceptions.h"

namespace python::secrets {

std::uint32_t randbelow(std::uint32_t exclusive_upper_bound) {
  // Numbers past the last whole multiple would make the first few results likelier than the rest: draw again.
  const std::uint32_t limit = UINT32_MAX - UINT32_MAX % exclusive_upper_bound;
  for (;;) {
    std::uint32_t drawn = 0;
    const ssize_t got = ::getrandom(&drawn, sizeof drawn, 0);
    if (got < 0 && errno != EINTR) raise_os_error(errno);
    if (got == static_cast<ssize_t>(sizeof drawn) && drawn < limit) return drawn % exclusive_upper_bound;
  }
}

char choice(std::string_view sequence) {
  return sequence[randbelow(static_cast<std::uint32_t>(sequence.size()))];
}

}  // namespace python::secrets
