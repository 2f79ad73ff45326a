// django.core.exceptions: what a Django program raises.
#pragma once

#include "python/exceptions.h"

namespace django::core::exceptions {

#define DJANGO_EXCEPTION(Name, Base)                                                                  \
  class Name : public Base {                                                                          \
   public:                                                                                            \
    explicit Name(std::string message = {}) : Base("django.core.exceptions." #Name, std::move(message)) {} \
                                                                                                      \
   protected:                                                                                         \
    Name(std::string_view type_name, std::string message) : Base(type_name, std::move(message)) {}    \
  };
DJANGO_EXCEPTION(AppRegistryNotReady, python::Exception)
DJANGO_EXCEPTION(ImproperlyConfigured, python::Exception)
DJANGO_EXCEPTION(MiddlewareNotUsed, python::Exception)
DJANGO_EXCEPTION(PermissionDenied, python::Exception)
DJANGO_EXCEPTION(BadRequest, python::Exception)
DJANGO_EXCEPTION(ViewDoesNotExist, python::Exception)
DJANGO_EXCEPTION(SuspiciousOperation, python::Exception)
DJANGO_EXCEPTION(SuspiciousFileOperation, SuspiciousOperation)
DJANGO_EXCEPTION(DisallowedHost, SuspiciousOperation)
DJANGO_EXCEPTION(DisallowedRedirect, SuspiciousOperation)
DJANGO_EXCEPTION(RequestDataTooBig, SuspiciousOperation)
DJANGO_EXCEPTION(TooManyFieldsSent, SuspiciousOperation)
DJANGO_EXCEPTION(TooManyFilesSent, SuspiciousOperation)

}  // namespace django::core::exceptions
