// The one table of importable modules.
#include "frozen.h"

namespace frozen {
namespace {
using python::importlib::FrozenModule;
constexpr FrozenModule framework[] = {{"django", nullptr}};
constexpr FrozenModule demo[] = {{"mysite", nullptr}};
}  // namespace

void install() { python::importlib::set_frozen(framework, demo); }

}  // namespace frozen
