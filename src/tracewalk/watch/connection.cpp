#include "tracewalk/watch/connection.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "tracepoints/catalogue.h"
#include "tracewalk/watch/versions.h"
#include "tracewalk/watch/words.h"

namespace tracewalk::watch {
namespace {

using tracepoints::Event;

constexpr int most_unanswered = 16;  // a recorder has one question open at a time

}  // namespace

Descriptor::~Descriptor() { ::close(fd_); }

bool Connection::read() {
  char bytes[64 * 1024];
  const ssize_t size = ::recv(fd(), bytes, sizeof bytes, MSG_DONTWAIT);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  if (size == 0) return false;
  lines_.feed({bytes, static_cast<std::size_t>(size)}, [&](std::string_view line) { take(line); });
  if (watching_.teller) watching_.teller->wake();
  if (lines_.too_long() != 0) complain();
  return !refused_;
}

void Connection::take(std::string_view line) {
  if (refused_) return;
  const std::optional<Message> message = decode(line);
  if (!message) return complain();
  if (message->letter == Letter::hello && message->number == 0) {
    refused_ = true;
    if (watching_.teller && !std::exchange(watching_.told_other_protocol, true))
      watching_.teller->note(std::string(in(watching_.options.language, words::other_protocol)));
    return;
  }
  if (message->letter != Letter::hello && !story_.has_begun()) {
    refused_ = true;  // whoever that is, it is no recorder
    return;
  }
  switch (message->letter) {
    case Letter::lost: return lost(message->number);
    case Letter::sync: return answer(message->number);
    case Letter::off: return call(*message);
    default: break;
  }
  if (!story_.take(*message)) return complain();
  if (message->letter == Letter::hello) hello();
  if (message->letter == Letter::django) {
    if (watching_.record) watching_.record->describe(story_);
    leave_out_stages_of_others(story_.django());
    introduce();
  }
}

void Connection::hello() {
  ++watching_.processes;
  if (watching_.record) watching_.record->describe(story_);
}

// Who is watched, before the first thing that it does. manage.py is entered before Django is loaded: that one call waits for the answer.
void Connection::introduce() {
  if (std::exchange(introduced_, true) || !watching_.teller) return;
  const std::string line = introduction(story_, watching_.options.language);
  if (line != watching_.introduced) watching_.teller->note(line);
  watching_.introduced = line;
  narrator_ = watching_.narrator(story_);
  if (first_) watching_.teller->event(narrator_, *first_, true);
  first_.reset();
}

bool Connection::is_told(const Event& event) const {
  const tracepoints::Tracepoint& stage = tracepoints::catalogue()[event.index];
  const int zoom = watching_.options.zoom;
  return stage.zoom <= zoom || (stage.folds && zoom > 0);
}

bool Connection::event(const Event& event, Wish wish) {
  if (watching_.record) watching_.record->event(event);
  if (!watching_.teller || !is_told(event)) return true;
  if (!introduced_ && !first_ && event.what == tracepoints::What::enter && tracepoints::catalogue()[event.index].id == "manage.main") {
    first_ = event;
    return true;
  }
  introduce();
  if (wish != Wish::refused && watching_.teller->event(narrator_, event, wish == Wish::insist)) return true;
  watching_.teller->gap(words::dropped, 1);
  return false;
}

void Connection::answer(std::uint64_t number) {
  introduce();
  const auto send = [socket = socket_, number] {
    const std::string line = fmt::format("S\t{}\n", number);
    ::send(socket->get(), line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  };
  if (!watching_.teller || *unanswered_ >= most_unanswered) return send();
  ++*unanswered_;
  watching_.teller->then([send, open = unanswered_] {
    send();
    --*open;
  });
}

void Connection::lost(std::uint64_t events) {
  if (watching_.record) watching_.record->lost(story_.pid(), events);
  if (watching_.teller) watching_.teller->gap(words::lost_there, events);
}

void Connection::call(const Message& message) {
  if (!watching_.teller) return;
  const auto& sentence = message.text == "tool-id" ? words::tool_id : words::profiler;
  watching_.teller->note(fmt::format(fmt::runtime(in(watching_.options.language, sentence)), story_.pid()));
}

void Connection::complain() {
  if (std::exchange(complained_, true) || !watching_.teller || !story_.has_begun()) return;
  watching_.teller->note(fmt::format(fmt::runtime(in(watching_.options.language, words::garbage)), story_.pid()));
}

void Connection::end() {
  if (!story_.has_begun()) return;
  if (watching_.record) watching_.record->process_ended(story_.pid());
  if (first_) introduce();
  if (narrator_) watching_.teller->finish(std::move(narrator_));
}

}  // namespace tracewalk::watch
