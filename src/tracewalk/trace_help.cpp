#include "tracewalk/trace_help.h"

namespace tracewalk {
namespace {

constexpr std::string_view english = R"(Watch what manage.py really does, one call at a time:

  manage runserver --trace                  the chain, told on standard error
  manage runserver --trace-zoom=0           only its legs
  manage runserver --trace='socketserver.*,-*.__init__' --trace-tell=source
  manage runserver --trace-file=run.json    recorded, and nothing told
  manage watch -- python manage.py runserver     the same for a real Django

  --trace[=PATTERN,...]  narrate; with globs over ids only those (-GLOB leaves
                         out)
  --trace-zoom=LEVEL     0 the legs, 1 the stages (default), 2 every call with
                         its values, 3 also system calls and idle turns of the
                         loops; with PATTERNs the default shows all of them
  --trace-tell=HOW       brief: one line a call; story (default): with what
                         happens, and why for the levels above the deepest one
                         shown; source: with Django's line and ours beside it
  --trace-lang=LANGUAGE  en or zh; else LC_ALL, LC_MESSAGES or LANG decides
  --trace-file=FILE      record every stage (those that match, with PATTERNs);
                         FILE is replaced, and valid JSON at every moment: open
                         it in https://ui.perfetto.dev or chrome://tracing
  --trace-help           this page
  --trace-version        the version of this tool (`version` tells Django's)

These options may stand anywhere on the line, even behind `--`. A value is
attached with `=`. Each of them alone switches the narration on, but for
--trace-file, which is silent. The commands never see them.

How to read it:
  ├ a call, set in below the call that made it    └ its end → result
  ? a fork, and the ways not taken    ✗ an exception    ■ an exit
  ⋯ idle turns
The line without a name in front is the program's first thread; `parent` and
`child` are the two processes of the auto-reloader, `request 3` serves the
third connection.
Colour: --no-color, --force-color, NO_COLOR, DJANGO_COLORS=nocolor.
)";

constexpr std::string_view chinese = R"(逐个调用地观看 manage.py 真正做了什么：

  manage runserver --trace                  在标准错误输出上讲述整条调用链
  manage runserver --trace-zoom=0           只讲各个章节
  manage runserver --trace='socketserver.*,-*.__init__' --trace-tell=source
  manage runserver --trace-file=run.json    只记录，不讲述
  manage watch -- python manage.py runserver     以同样的方式观看真正的 Django

  --trace[=模式,...]      开始讲述；给出针对 id 的通配模式时只讲匹配的
                          （-模式 表示排除）
  --trace-zoom=级别       0 章节，1 阶段（默认），2 每个调用及其值，
                          3 还有系统调用和循环的空转；
                          给出模式时，默认级别足以显示所有匹配项
  --trace-tell=方式       brief：每个调用一行；story（默认）：讲述发生了什么，
                          所示最深一级以上的各级还讲为什么；
                          source：并列给出 Django 与本项目的源码位置
  --trace-lang=语言       en 或 zh；否则由 LC_ALL、LC_MESSAGES、LANG 决定
  --trace-file=文件       记录所有阶段（给出模式时只记录匹配的）；已有的文件会被
                          替换，内容随时都是有效的 JSON，可用
                          https://ui.perfetto.dev 或 chrome://tracing 打开
  --trace-help            本页
  --trace-version         本工具的版本（`version` 给出的是 Django 的版本）

这些选项可以放在命令行的任何位置，甚至在 `--` 之后；值必须用 `=` 连接。
单独给出其中任何一个也会开启讲述，只有 --trace-file 不会。
各命令看不到这些选项。

如何阅读：  ├ 一次调用，缩进在发起它的调用之下    └ 调用结束 → 结果
  ? 分支，以及未走的分支    ✗ 异常    ■ 退出    ⋯ 空转
行首没有名字的是程序的第一个线程；parent 与 child 是自动重载器的两个进程，
request 3 服务第三个连接。
颜色：--no-color、--force-color、NO_COLOR、DJANGO_COLORS=nocolor。
)";

}  // namespace

std::string_view trace_help(tracepoints::Language language) {
  return language == tracepoints::Language::zh ? chinese : english;
}

}  // namespace tracewalk
