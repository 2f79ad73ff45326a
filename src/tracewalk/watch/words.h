// What `watch` says itself, beside the narration.
#pragma once

#include "tracepoints/tracepoint.h"

namespace tracewalk::watch::words {

using tracepoints::Text;

inline constexpr Text watching = {.en = "tracer: watching Django {} on Python {}", .zh = "tracer: 正在观看 Django {}，Python {}"};
inline constexpr Text watching_python = {.en = "tracer: watching Python {}, which has not loaded Django yet",
                                         .zh = "tracer: 正在观看 Python {}，它尚未载入 Django"};
inline constexpr Text other_version = {.en = " (the words are about Django {})", .zh = "（讲解针对的是 Django {}）"};
inline constexpr Text unknown_version = {.en = "\ntracer: this is outside of {} to {}, for which `watch` is made: some calls may not be told",
                                         .zh = "\ntracer: `watch` 面向 {} 到 {}，这个版本不在其内：有些调用可能不会讲到"};
inline constexpr Text lost_there = {.en = "tracer: {} events were lost here: the project made them faster than they could be taken",
                                    .zh = "tracer: 此处丢失了 {} 个事件：项目产生事件太快，来不及接收"};
inline constexpr Text dropped = {.en = "tracer: {} events are not told here: the terminal took the text too slowly",
                                 .zh = "tracer: 此处有 {} 个事件没有讲述：终端接收文字太慢"};
inline constexpr Text profiler = {.en = "tracer: process {} has set a profiler of its own: its calls are not told from here on",
                                  .zh = "tracer: 进程 {} 设置了自己的 profiler：此后的调用不再讲述"};
inline constexpr Text tool_id = {.en = "tracer: in process {} other tools have taken every id of sys.monitoring: its calls are not told",
                                 .zh = "tracer: 进程 {} 中其他工具占用了 sys.monitoring 的全部 id：无法讲述它的调用"};
inline constexpr Text garbage = {.en = "tracer: process {} sent something that its recorder does not say; it is left out",
                                 .zh = "tracer: 进程 {} 发来了记录器不会发出的内容，已忽略"};
inline constexpr Text other_protocol = {.en = "tracer: a recorder of another version of this tool wants to be heard; it is left out",
                                        .zh = "tracer: 另一版本的记录器试图连接，已忽略"};
inline constexpr Text still_runs = {.en = "tracer: process {} still runs; it is watched no longer", .zh = "tracer: 进程 {} 仍在运行，不再观看"};

// One line when the command has ended and no process of it has said a word.
inline constexpr Text nothing_watched = {.en = "tracer: nothing was watched: ", .zh = "tracer: 什么也没有观看到："};
inline constexpr Text because_of_flag = {.en = "Python's flag -{} keeps the recorder out; leave it away",
                                         .zh = "Python 的选项 -{} 使记录器无法载入，请去掉它"};
inline constexpr Text because_no_django = {
    .en = "this {} ran without coming to Django (is it the project's own interpreter? was there an error before?)",
    .zh = "这个 {} 没有运行到 Django（是项目自己的解释器吗？之前是否出了错？）"};
inline constexpr Text because_no_python = {.en = "no Python with Django ran in {}", .zh = "{} 中没有运行带 Django 的 Python"};
inline constexpr Text because_it_is_us = {.en = "this {} is Tracewalk itself, which needs no watching: try --trace with it alone",
                                          .zh = "这个 {} 就是 Tracewalk 自己，无需观看：直接给它加上 --trace"};
inline constexpr Text because_of_wrapper = {
    .en = "{} seems to start Python with an environment of its own; put `manage watch` inside, right before python",
    .zh = "{} 似乎用另外的环境启动了 Python；请把 `manage watch` 放到里面，紧挨在 python 之前"};

}  // namespace tracewalk::watch::words
