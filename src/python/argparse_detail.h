// What the files of argparse share: argparse.cpp asks argparse_matching.cpp which word belongs to which argument, and
// argparse_help.cpp for texts. Nobody else includes this.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "python/argparse.h"

namespace python::argparse::detail {

using Actions = std::vector<const DeclaredAction*>;

/// One argument that the command line gives, with its words.
struct Step {
  const DeclaredAction* action;
  std::vector<std::string> args;
};

/// The command line, understood as far as `failure`, if there is one: what stands before it still happens first.
struct Plan {
  std::vector<Step> steps;
  std::vector<std::string> extras;
  std::optional<ArgumentError> failure;
  bool saw(const DeclaredAction& action) const;
};

/// Source: Lib/argparse.py, ArgumentParser._parse_known_args
Plan match(const ArgumentParser& parser, const std::vector<std::string>& args);

/// What an action of kind version prints.
std::string version_text(const ArgumentParser& parser, const DeclaredAction& action);

}  // namespace python::argparse::detail
