#include "python/wsgiref/types.h"

#include <charconv>
#include <typeinfo>

namespace python::wsgiref {

void repr_to(tracepoints::Repr& out, const Application& application) noexcept {
  // N6django4core8handlers4wsgi11WSGIHandlerE: each part of the name with its length before it. Read in place, as nothing on
  // the tracing path may allocate.
  std::string_view mangled = application.target_type().name();
  std::string_view name;
  if (mangled.starts_with('N')) {
    mangled.remove_prefix(1);
    std::size_t length = 0;
    for (;;) {
      const auto [end, error] = std::from_chars(mangled.data(), mangled.data() + mangled.size(), length);
      if (error != std::errc()) break;
      mangled.remove_prefix(static_cast<std::size_t>(end - mangled.data()));
      name = mangled.substr(0, length);
      mangled.remove_prefix(name.size());
    }
    if (mangled != "E") name = {};  // a template, a lambda: nothing that a Python reader would know
  }
  tracepoints::repr_to(out, tracepoints::Object{name.empty() ? "application" : name});
}

}  // namespace python::wsgiref
