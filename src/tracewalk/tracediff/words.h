// The words of tracediff.
#pragma once

#include "tracepoints/tracepoint.h"

namespace tracewalk::tracediff::words {

using tracepoints::Text;

inline constexpr Text no_such_stage = {.en = "Django {} has no such stage", .zh = "Django {} 没有这一步"};
inline constexpr Text recorded_by = {.en = "recorded by {}", .zh = "由 {} 录制"};
inline constexpr Text unknown_django = {.en = "Django's version is not known", .zh = "不知道 Django 的版本"};
inline constexpr Text note = {.en = "note: ", .zh = "说明："};
inline constexpr Text not_compared = {.en = "not compared, as only one recording holds them: ", .zh = "只有一份录制含有、因而没有比较的："};
inline constexpr Text frames = {.en = "calls", .zh = "调用"};
inline constexpr Text points = {.en = "moments", .zh = "时刻"};
inline constexpr Text decisions = {.en = "decisions", .zh = "分支"};
inline constexpr Text syscalls = {.en = "system calls", .zh = "系统调用"};
inline constexpr Text pause = {.en = ", ", .zh = "，"};
inline constexpr Text colon = {.en = ": ", .zh = "："};
inline constexpr Text comma = {.en = ", ", .zh = "、"};

inline constexpr Text parent = {.en = "parent", .zh = "父进程"};
inline constexpr Text child = {.en = "child", .zh = "子进程"};
inline constexpr Text later_child = {.en = "child {}", .zh = "子进程 {}"};
inline constexpr Text main_thread = {.en = "main thread", .zh = "主线程"};
inline constexpr Text server_thread = {.en = "server thread", .zh = "服务器线程"};
inline constexpr Text only_process_left = {.en = " (left: the only process)", .zh = "（左边：唯一的进程）"};
inline constexpr Text only_process_right = {.en = " (right: the only process)", .zh = "（右边：唯一的进程）"};
inline constexpr Text no_request = {.en = "no request came", .zh = "没有请求"};
inline constexpr Text request = {.en = "request {}", .zh = "请求 {}"};
inline constexpr Text other_thread = {.en = "thread {}", .zh = "线程 {}"};
inline constexpr Text only_left = {.en = "only left", .zh = "只在左边"};
inline constexpr Text only_right = {.en = "only right", .zh = "只在右边"};

inline constexpr Text same_one = {.en = "1 the same", .zh = "1 步相同"};
inline constexpr Text same_many = {.en = "{} the same", .zh = "{} 步相同"};
inline constexpr Text on_the_way = {.en = "{} on the way", .zh = "途中 {}"};
inline constexpr Text one_echo = {.en = "1 differs as told above", .zh = "1 步的差别上面已说过"};
inline constexpr Text echoes = {.en = "{} differ as told above", .zh = "{} 步的差别上面已说过"};
inline constexpr Text more_inside = {.en = "{} more inside (--all shows them)", .zh = "里面还有 {} 步（--all 可全部列出）"};
inline constexpr Text more_like_it = {.en = "{} more like it (--all shows them)", .zh = "还有 {} 个同样的（--all 可全部列出）"};
inline constexpr Text moved_to = {.en = "moved to ", .zh = "移到了 "};
inline constexpr Text moved_from = {.en = "moved from ", .zh = "移自 "};
inline constexpr Text another_place = {.en = "another place in {}", .zh = "{} 中的另一处"};
inline constexpr Text top = {.en = "the top", .zh = "最外层"};
inline constexpr Text never_returned = {.en = "never returned", .zh = "没有返回"};
inline constexpr Text returned = {.en = "returned", .zh = "返回了"};
inline constexpr Text raised = {.en = "raised {}", .zh = "抛出 {}"};
inline constexpr Text raised_something = {.en = "raised an exception", .zh = "抛出异常"};

inline constexpr Text no_difference = {.en = "no differences: {} stages are the same", .zh = "没有差别：{} 步全部相同"};
inline constexpr Text count_same = {.en = "{} the same", .zh = "{} 步相同"};
inline constexpr Text count_left = {.en = "{} only left (<)", .zh = "{} 步只在左边（<）"};
inline constexpr Text count_right = {.en = "{} only right (>)", .zh = "{} 步只在右边（>）"};
inline constexpr Text count_moved = {.en = "{} moved (~)", .zh = "{} 步移动（~）"};
inline constexpr Text count_values = {.en = "{} with other values (|)", .zh = "{} 步的值不同（|）"};
inline constexpr Text explained = {.en = "explained by the versions: {} of {} differences", .zh = "{} 处（共 {} 处）差别由版本解释"};

}  // namespace tracewalk::tracediff::words
