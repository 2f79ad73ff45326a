// The chapters of the story, in order. The narrator prints the title when a chapter begins.
#pragma once

#include "tracepoints/tracepoint.h"

namespace tracepoints {

inline constexpr Leg all_legs[] = {
    {.id = "startup", .anchor = "manage", .title = {.en = "The command line arrives", .zh = "命令行到来"}},
    {.id = "settings", .anchor = "settings", .title = {.en = "Settings become real", .zh = "设置落到实处"}},
    {.id = "setup", .anchor = "setup", .title = {.en = "Logging and apps are loaded", .zh = "载入日志配置和应用"}},
    {.id = "fetch", .anchor = "fetch-command", .title = {.en = "The command is found", .zh = "找到命令"}},
    {.id = "argv", .anchor = "run-from-argv", .title = {.en = "The command reads its arguments", .zh = "命令读取参数"}},
    {.id = "execute", .anchor = "command-execute", .title = {.en = "From execute to run", .zh = "从 execute 到 run"}},
    {.id = "autoreload", .anchor = "autoreload", .title = {.en = "Two processes: the auto-reloader", .zh = "两个进程：自动重载"}},
    {.id = "inner_run", .anchor = "inner-run", .title = {.en = "Checks before serving", .zh = "服务之前的检查"}},
    {.id = "handler", .anchor = "get-handler", .title = {.en = "The application is put together", .zh = "组装应用程序"}},
    {.id = "bind", .anchor = "server-class", .title = {.en = "The socket opens", .zh = "打开 socket"}},
    {.id = "loop", .anchor = "serve-forever", .title = {.en = "The loop waits for clients", .zh = "循环等待客户端"}},
    {.id = "request", .anchor = "connection", .title = {.en = "A thread reads a request", .zh = "线程读取请求"}},
    {.id = "wsgi", .anchor = "wsgi-run", .title = {.en = "Django answers", .zh = "Django 作答"}},
    {.id = "static", .anchor = "static-files", .title = {.en = "A static file is served", .zh = "发送静态文件"}},
    {.id = "response", .anchor = "response", .title = {.en = "The answer goes out", .zh = "响应发出"}},
    {.id = "shutdown", .anchor = "ctrl-c", .title = {.en = "The end", .zh = "结束"}},
};

}  // namespace tracepoints
