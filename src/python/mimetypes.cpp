#include "python/mimetypes.h"

#include <array>
#include <tuple>

namespace python::mimetypes {
namespace {

struct Type {
  std::string_view name, suffixes;  // suffixes, each with its dot, a space behind each
};

constexpr std::array types = {
    Type{"text/javascript", ".js .mjs "},
    Type{"application/json", ".json "},
    Type{"application/manifest+json", ".webmanifest "},
    Type{"application/msword", ".doc .dot .wiz "},
    Type{"application/octet-stream", ".bin .a .dll .exe .o .obj .so "},
    Type{"application/pdf", ".pdf "},
    Type{"application/postscript", ".ps .ai .eps "},
    Type{"application/rtf", ".rtf "},
    Type{"application/vnd.apple.mpegurl", ".m3u .m3u8 "},
    Type{"application/vnd.ms-excel", ".xls .xlb "},
    Type{"application/vnd.ms-powerpoint", ".ppt .pot .ppa .pps .pwz "},
    Type{"application/wasm", ".wasm "},
    Type{"application/x-csh", ".csh "},
    Type{"application/x-dvi", ".dvi "},
    Type{"application/x-latex", ".latex "},
    Type{"application/x-python-code", ".pyc .pyo "},
    Type{"application/x-sh", ".sh "},
    Type{"application/x-tar", ".tar "},
    Type{"application/x-tcl", ".tcl "},
    Type{"application/x-tex", ".tex "},
    Type{"application/x-troff-man", ".man "},
    Type{"application/xml", ".xsl .rdf .wsdl .xpdl "},
    Type{"application/zip", ".zip "},
    Type{"audio/3gpp", ".3gp .3gpp "},
    Type{"audio/aac", ".aac .adts .loas .ass "},
    Type{"audio/basic", ".au .snd "},
    Type{"audio/mpeg", ".mp3 .mp2 "},
    Type{"audio/opus", ".opus "},
    Type{"audio/x-aiff", ".aif .aifc .aiff "},
    Type{"audio/x-wav", ".wav "},
    Type{"font/otf", ".otf "},
    Type{"font/ttf", ".ttf "},
    Type{"font/woff", ".woff "},
    Type{"font/woff2", ".woff2 "},
    Type{"image/avif", ".avif "},
    Type{"image/bmp", ".bmp "},
    Type{"image/gif", ".gif "},
    Type{"image/jpeg", ".jpg .jpe .jpeg "},
    Type{"image/heic", ".heic "},
    Type{"image/heif", ".heif "},
    Type{"image/png", ".png "},
    Type{"image/svg+xml", ".svg "},
    Type{"image/tiff", ".tiff .tif "},
    Type{"image/vnd.microsoft.icon", ".ico "},
    Type{"image/webp", ".webp "},
    Type{"image/x-portable-bitmap", ".pbm "},
    Type{"image/x-portable-graymap", ".pgm "},
    Type{"image/x-portable-pixmap", ".ppm "},
    Type{"image/x-xbitmap", ".xbm "},
    Type{"image/x-xpixmap", ".xpm "},
    Type{"message/rfc822", ".eml .mht .mhtml .nws "},
    Type{"text/css", ".css "},
    Type{"text/csv", ".csv "},
    Type{"text/html", ".html .htm "},
    Type{"text/markdown", ".md .markdown "},
    Type{"text/n3", ".n3 "},
    Type{"text/plain", ".txt .bat .c .h .ksh .pl .srt "},
    Type{"text/richtext", ".rtx "},
    Type{"text/tab-separated-values", ".tsv "},
    Type{"text/vtt", ".vtt "},
    Type{"text/x-python", ".py "},
    Type{"text/x-vcard", ".vcf "},
    Type{"text/xml", ".xml "},
    Type{"video/mp4", ".mp4 "},
    Type{"video/mpeg", ".mpeg .m1v .mpa .mpe .mpg "},
    Type{"video/quicktime", ".mov .qt "},
    Type{"video/webm", ".webm "},
    Type{"video/x-msvideo", ".avi "},
};

// A short name for two suffixes, and the suffixes that tell how the file is packed.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> suffix_map = {{
    {".svgz", ".svg.gz"}, {".tgz", ".tar.gz"}, {".taz", ".tar.gz"}, {".tz", ".tar.gz"}, {".tbz2", ".tar.bz2"}, {".txz", ".tar.xz"},
}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> encodings_map = {{
    {".gz", "gzip"}, {".Z", "compress"}, {".bz2", "bzip2"}, {".xz", "xz"}, {".br", "br"},
}};

// os.path.splitext: the dots that begin a name begin no suffix.
std::pair<std::string, std::string> splitext(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
  const std::size_t dot = path.rfind('.');
  if (dot == std::string::npos || dot < begin || path.find_first_not_of('.', begin) > dot) return {path, ""};
  return {path.substr(0, dot), path.substr(dot)};
}

std::optional<std::string> find_type(const std::string& suffix) {
  if (suffix.empty()) return std::nullopt;
  for (const Type& type : types) {
    const std::size_t at = type.suffixes.find(suffix + " ");
    if (at != std::string_view::npos) return std::string(type.name);
  }
  return std::nullopt;
}

}  // namespace

std::pair<std::optional<std::string>, std::optional<std::string>> guess_type(std::string_view url) {
  auto [base, suffix] = splitext(std::string(url));
  for (const auto& [from, to] : suffix_map)
    if (suffix == from) std::tie(base, suffix) = splitext(base + std::string(to));
  std::optional<std::string> encoding;
  for (const auto& [from, name] : encodings_map)
    if (suffix == from) {
      encoding = name;
      std::tie(base, suffix) = splitext(base);
      break;
    }
  std::optional<std::string> type = find_type(suffix);
  if (!type) {
    for (char& c : suffix)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    type = find_type(suffix);
  }
  return {type, encoding};
}

}  // namespace python::mimetypes
