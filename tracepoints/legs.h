// The chapters of the story, in order.
#pragma once

#include "tracepoints/tracepoint.h"

namespace tracepoints {

inline constexpr Leg all_legs[] = {
    {.id = "startup", .anchor = "startup", .title = {.en = "startup", .zh = ""}},
    {.id = "settings", .anchor = "settings", .title = {.en = "settings", .zh = ""}},
    {.id = "setup", .anchor = "setup", .title = {.en = "setup", .zh = ""}},
    {.id = "fetch", .anchor = "fetch", .title = {.en = "fetch", .zh = ""}},
    {.id = "argv", .anchor = "argv", .title = {.en = "argv", .zh = ""}},
    {.id = "execute", .anchor = "execute", .title = {.en = "execute", .zh = ""}},
    {.id = "autoreload", .anchor = "autoreload", .title = {.en = "autoreload", .zh = ""}},
    {.id = "inner_run", .anchor = "inner-run", .title = {.en = "inner_run", .zh = ""}},
    {.id = "handler", .anchor = "handler", .title = {.en = "handler", .zh = ""}},
    {.id = "bind", .anchor = "bind", .title = {.en = "bind", .zh = ""}},
    {.id = "loop", .anchor = "loop", .title = {.en = "loop", .zh = ""}},
    {.id = "request", .anchor = "request", .title = {.en = "request", .zh = ""}},
    {.id = "wsgi", .anchor = "wsgi", .title = {.en = "wsgi", .zh = ""}},
    {.id = "static", .anchor = "static", .title = {.en = "static", .zh = ""}},
    {.id = "response", .anchor = "response", .title = {.en = "response", .zh = ""}},
    {.id = "shutdown", .anchor = "shutdown", .title = {.en = "shutdown", .zh = ""}},
};

}  // namespace tracepoints
