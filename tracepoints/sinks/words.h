// The narrator's own few words. Everything else it says stands in the catalogue.
#pragma once

#include "tracepoints/language.h"

namespace tracepoints::sinks::words {

inline constexpr Text why = {.en = "Why:", .zh = "原因："};
inline constexpr Text not_taken = {.en = "not taken: ", .zh = "未走的分支："};
inline constexpr Text next_way = {.en = "; ", .zh = "；"};
inline constexpr Text other = {.en = "anything else", .zh = "其他值"};
inline constexpr Text colon = {.en = ": ", .zh = "："};
inline constexpr Text open_bracket = {.en = " (", .zh = "（"};
inline constexpr Text close_bracket = {.en = ")", .zh = "）"};
inline constexpr Text idle_turn = {.en = "{} idle turn of the loop, {}", .zh = "循环空转 {} 次，{}"};
inline constexpr Text idle_turns = {.en = "{} idle turns of the loop, {}", .zh = "循环空转 {} 次，{}"};
inline constexpr Text an_exception = {.en = "an exception", .zh = "一个异常"};
inline constexpr Text caught_inside = {.en = "caught inside {}", .zh = "在 {} 内被捕获"};
inline constexpr Text after_frame = {.en = ", after 1 more frame", .zh = "，其间又离开 1 层"};
inline constexpr Text after_frames = {.en = ", after {} more frames", .zh = "，其间又离开 {} 层"};
inline constexpr Text ends_process = {.en = "nothing here catches {}: it ends the process", .zh = "这里没有代码捕获 {}：进程随之结束"};
inline constexpr Text ends_thread = {.en = "nothing here catches {}: it ends the thread", .zh = "这里没有代码捕获 {}：线程随之结束"};
inline constexpr Text is_process = {.en = "process {} starts", .zh = "进程 {} 启动"};
inline constexpr Text the_end = {.en = "end of the run, after {:.3f} s", .zh = "运行结束，历时 {:.3f} 秒"};
inline constexpr Text still_open = {.en = "still open when the process ended: {}", .zh = "进程结束时尚未返回：{}"};
inline constexpr Text frames_around = {.en = " and {} frames around it", .zh = "，以及外面的 {} 层"};
inline constexpr Text no_memory = {.en = "tracer: the narrator fails and is silent from here on",
                                   .zh = "tracer: 讲述器出错，此后不再输出"};
inline constexpr Text walkthrough = {.en = "walkthrough.md#", .zh = "docs/walkthrough.zh.md#"};

}  // namespace tracepoints::sinks::words
