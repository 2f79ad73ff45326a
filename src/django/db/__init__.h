// django.db: the databases of this project.
#pragma once

#include "django/db/utils.h"

namespace django::db {

using utils::DEFAULT_DB_ALIAS;

inline utils::ConnectionHandler connections;

}  // namespace django::db
