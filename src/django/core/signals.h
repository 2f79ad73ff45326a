// django.core.signals: the moments of a request that others may want to know of.
#pragma once

#include "django/dispatch/dispatcher.h"

namespace django::core::signals {

inline dispatch::Signal request_started;        // sender, environ
inline dispatch::Signal request_finished;       // sender
inline dispatch::Signal got_request_exception;  // sender, request

}  // namespace django::core::signals
