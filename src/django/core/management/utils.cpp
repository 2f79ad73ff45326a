// django/core/management/utils.py
#include "django/core/management/utils.h"

#include <algorithm>

#include "django/utils/crypto.h"

namespace django::core::management::utils {

using django::utils::crypto::get_random_string;

// django/core/management/utils.py, handle_extensions()
std::vector<std::string> handle_extensions(const std::vector<std::string>& extensions) {
  // Departs: in the order given; Python's set has none.
  std::vector<std::string> ext_list;
  for (std::string ext : extensions) {
    std::erase(ext, ' ');
    for (std::size_t start = 0; start <= ext.size();) {
      const std::size_t comma = std::min(ext.find(',', start), ext.size());
      std::string one = ext.substr(start, comma - start);
      if (!one.starts_with('.')) one.insert(0, ".");
      if (std::find(ext_list.begin(), ext_list.end(), one) == ext_list.end()) ext_list.push_back(one);
      start = comma + 1;
    }
  }
  return ext_list;
}

// django/core/management/utils.py, get_random_secret_key()
std::string get_random_secret_key() {
  return get_random_string(50, "abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)");
}

}  // namespace django::core::management::utils
