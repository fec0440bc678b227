#include "app/report/html.h"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

#include "app/base/builtin_file.h"
#include "app/data/json_escape.h"
#include "app/report/base64.h"
#include "models/base/sha256.h"

namespace pawprint {

namespace {

// Elements without an end, by HTML's rules and by those of the SVG in it.
constexpr std::string_view kVoid[] = {"br", "img"}, kShapes[] = {"path", "rect", "circle"};

// Where a line of the file may end without a space on the page.
constexpr std::string_view kLineAfterStart[] = {"section", "header", "table", "tbody", "ul"};
constexpr std::string_view kLineAfterEnd[] = {"div", "figure",  "h1",    "h2",    "h3",    "header", "li", "p",
                                              "pre", "section", "table", "tbody", "tfoot", "thead",  "tr", "ul"};

bool is_in(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string escaped(std::string_view text) {
  constexpr std::array<std::pair<char, std::string_view>, 5> kEntities = {
      {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}}};
  std::string out;
  for (const char c : valid_utf8(text)) {
    const auto entity =
        std::find_if(kEntities.begin(), kEntities.end(), [c](const auto& known) { return known.first == c; });
    if (entity != kEntities.end()) {
      out += entity->second;
    } else if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
      out += "\xef\xbf\xbd";  // other control characters have no place in HTML
    } else {
      out += c;
    }
  }
  return out;
}

std::string attribute(std::string_view name, std::string_view value) {
  return ' ' + std::string(name) + "=\"" + escaped(value) + '"';
}

// Of what follows the name in "div.gallery.photos" and in "section#photos".
std::string classes_and_id(std::string_view rest) {
  std::string classes, id;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find_first_of(".#", 1), rest.size());
    const std::string word(rest.substr(1, end - 1));
    if (rest[0] == '#') id = word;
    if (rest[0] == '.') classes += (classes.empty() ? "" : " ") + word;
    rest.remove_prefix(end);
  }
  return (id.empty() ? "" : attribute("id", id)) + (classes.empty() ? "" : attribute("class", classes));
}

std::string page_file_content(std::string_view name) {
  const BuiltinFile* const file = report_page_file(name);
  if (file == nullptr) throw std::logic_error("app/report/page: expected a " + std::string(name));
  return '\n' + std::string(file->content);
}

// Whatever a photo or a class is called: this script runs on the page and no other, and nothing is fetched.
std::string only_script(const std::string& script) {
  const auto hash = sha256(script).bytes;
  const std::string policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-" +
                             base64({reinterpret_cast<const char*>(hash.data()), hash.size()}) + "'";
  return "<meta http-equiv=\"Content-Security-Policy\"" + attribute("content", policy) + ">\n";
}

}  // namespace

Html::Html(std::string_view text) : markup_(escaped(text)) {}

Html html_element(std::string_view tag, const Attributes& attributes, const Html& inside) {
  const std::string name(tag.substr(0, tag.find_first_of(".#")));
  Html out;
  out.markup_ = '<' + name + classes_and_id(tag.substr(name.size()));
  for (const auto& [key, value] : attributes) out.markup_ += attribute(key, value);
  if (is_in(kShapes, name)) {
    out.markup_ += "/>";
    return out;
  }
  out.markup_ += is_in(kLineAfterStart, name) ? ">\n" : ">";
  out += inside;
  if (!is_in(kVoid, name)) out.markup_ += "</" + name + '>';
  if (is_in(kLineAfterEnd, name)) out.markup_ += '\n';
  return out;
}

Html section(const Html& title, const Html& body, std::string_view id) {
  return element(id.empty() ? "section" : "section#" + std::string(id), element("h2", title), body);
}

Html unreadable_section(const std::vector<std::pair<std::string, std::string>>& files) {
  Html rows = element("tr", element("th", "file"), element("th", "reason"));
  for (const auto& [path, reason] : files)
    rows += element("tr", element("td", element("code", path)), element("td", reason));
  return section("Could not be read", element("div.wide", element("table", rows)), "unreadable");
}

std::string html_page(const std::string& title, const Html& body, std::initializer_list<std::string_view> files) {
  std::string styles = page_file_content("page.css"), script;
  for (const auto name : files) (name.ends_with(".js") ? script : styles) += page_file_content(name);
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  if (!script.empty()) out += only_script(script);
  out += element("title", title).markup() + "\n<style>" + styles + "</style>\n</head>\n";
  const std::string main = "<main>\n" + body.markup() + "</main>\n";
  if (script.empty()) return out + "<body>\n" + main + "</body>\n</html>\n";
  const std::string page = sha256(main).hex().substr(0, 16);
  return out + "<body data-page=\"" + page + "\">\n" + main + "<script>" + script + "</script>\n</body>\n</html>\n";
}

}  // namespace pawprint
