// Python's built-in exceptions, as a tree of the same shape.
//
// SystemExit and KeyboardInterrupt are BaseExceptions but not std::exceptions, as in Python they are not Exceptions: so
// `catch (const std::exception&)` lets them pass, just as `except Exception` does. `raise X from e` is std::throw_with_nested.
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace python {

class BaseException {
 public:
  virtual ~BaseException() = default;
  /// The class as a traceback names it: "KeyError", "django.core.exceptions.ImproperlyConfigured".
  const std::string& type_name() const noexcept { return type_name_; }
  /// str(e)
  const std::string& str() const noexcept { return message_; }

 protected:
  BaseException(std::string_view type_name, std::string message);

 private:
  std::string type_name_, message_;
};

class Exception : public std::exception, public BaseException {
 public:
  explicit Exception(std::string message) : Exception("Exception", std::move(message)) {}
  const char* what() const noexcept override { return str().c_str(); }

 protected:
  Exception(std::string_view type_name, std::string message) : BaseException(type_name, std::move(message)) {}
};

class SystemExit : public BaseException {
 public:
  explicit SystemExit(int code = 0) : BaseException("SystemExit", std::to_string(code)), code(code) {}
  int code;
};

class KeyboardInterrupt : public BaseException {
 public:
  KeyboardInterrupt() : BaseException("KeyboardInterrupt", "") {}
};

// One line a class: its name, its base. The second constructor is for the classes below it.
#define PYTHON_EXCEPTION(Name, Base)                                                       \
  class Name : public Base {                                                               \
   public:                                                                                 \
    explicit Name(std::string message) : Base(#Name, std::move(message)) {}                \
                                                                                           \
   protected:                                                                              \
    Name(std::string_view type_name, std::string message) : Base(type_name, std::move(message)) {} \
  };
PYTHON_EXCEPTION(ArithmeticError, Exception)
PYTHON_EXCEPTION(OverflowError, ArithmeticError)
PYTHON_EXCEPTION(AssertionError, Exception)
PYTHON_EXCEPTION(AttributeError, Exception)
PYTHON_EXCEPTION(LookupError, Exception)
PYTHON_EXCEPTION(IndexError, LookupError)
PYTHON_EXCEPTION(NameError, Exception)
PYTHON_EXCEPTION(UnboundLocalError, NameError)
PYTHON_EXCEPTION(NotImplementedError, Exception)
PYTHON_EXCEPTION(RuntimeError, Exception)
PYTHON_EXCEPTION(SyntaxError, Exception)
PYTHON_EXCEPTION(TypeError, Exception)
PYTHON_EXCEPTION(ValueError, Exception)
PYTHON_EXCEPTION(UnicodeDecodeError, ValueError)

/// str(KeyError) is the repr of the key, as in Python.
class KeyError : public LookupError {
 public:
  explicit KeyError(std::string_view key);
};

class ImportError : public Exception {
 public:
  explicit ImportError(std::string message, std::string name = {}, std::string path = {})
      : Exception("ImportError", std::move(message)), name(std::move(name)), path(std::move(path)) {}
  std::string name;  // the module that was asked for
  std::string path;  // its file, where one was found

 protected:
  ImportError(std::string_view type_name, std::string message, std::string name, std::string path)
      : Exception(type_name, std::move(message)), name(std::move(name)), path(std::move(path)) {}
};

class ModuleNotFoundError : public ImportError {
 public:
  explicit ModuleNotFoundError(std::string message, std::string name = {})
      : ImportError("ModuleNotFoundError", std::move(message), std::move(name), {}) {}
};

/// A system call that failed: str() is "[Errno 98] Address already in use", with ": 'file'" behind it where there is one.
class OSError : public Exception {
 public:
  OSError(int errno_, std::string strerror, std::string filename = {});
  int errno_;
  std::string strerror;  // the system's words
  std::string filename;

 protected:
  OSError(std::string_view type_name, int errno_, std::string strerror, std::string filename);
};

#define PYTHON_OS_ERROR(Name, Base)                                                                  \
  class Name : public Base {                                                                         \
   public:                                                                                           \
    Name(int errno_, std::string strerror, std::string filename = {})                                \
        : Base(#Name, errno_, std::move(strerror), std::move(filename)) {}                           \
                                                                                                     \
   protected:                                                                                        \
    Name(std::string_view type_name, int errno_, std::string strerror, std::string filename)         \
        : Base(type_name, errno_, std::move(strerror), std::move(filename)) {}                       \
  };
PYTHON_OS_ERROR(BlockingIOError, OSError)
PYTHON_OS_ERROR(ConnectionError, OSError)
PYTHON_OS_ERROR(BrokenPipeError, ConnectionError)
PYTHON_OS_ERROR(ConnectionAbortedError, ConnectionError)
PYTHON_OS_ERROR(ConnectionRefusedError, ConnectionError)
PYTHON_OS_ERROR(ConnectionResetError, ConnectionError)
PYTHON_OS_ERROR(FileExistsError, OSError)
PYTHON_OS_ERROR(FileNotFoundError, OSError)
PYTHON_OS_ERROR(InterruptedError, OSError)
PYTHON_OS_ERROR(IsADirectoryError, OSError)
PYTHON_OS_ERROR(NotADirectoryError, OSError)
PYTHON_OS_ERROR(PermissionError, OSError)
PYTHON_OS_ERROR(TimeoutError, OSError)

/// Throws the subclass of OSError that Python picks for that errno.
[[noreturn]] void raise_os_error(int errno_, std::string filename = {});

/// What a traceback's last lines say: "ValueError: boom\n", causes first, as traceback.format_exception does without its frames.
std::string format_exception(const std::exception_ptr& error);

}  // namespace python
