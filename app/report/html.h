// Pages that are one file: no network, light and dark, fit to print.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pawprint {

// Names and values; values are text.
using Attributes = std::vector<std::pair<const char*, std::string>>;

// A piece of a page. A string becomes one by being escaped: the name of a file can never be taken for a tag. Tags are
// made by element() alone.
class Html {
 public:
  Html() = default;
  Html(std::string_view text);  // bytes that are not UTF-8, as file names may have, become U+FFFD
  Html(const std::string& text) : Html(std::string_view(text)) {}
  Html(const char* text) : Html(std::string_view(text)) {}

  bool empty() const { return markup_.empty(); }
  const std::string& markup() const { return markup_; }  // as written to the file

  Html& operator+=(const Html& more) {
    markup_ += more.markup_;
    return *this;
  }
  friend Html operator+(Html a, const Html& b) {
    a += b;
    return a;
  }

 private:
  friend Html html_element(std::string_view tag, const Attributes& attributes, const Html& inside);
  std::string markup_;
};

// <NAME ATTRIBUTES>inside</NAME>.   tag: the name; with classes and an id where it has them: "td.number",
// "section#photos"
Html html_element(std::string_view tag, const Attributes& attributes, const Html& inside);

template <class... Parts>
Html element(std::string_view tag, const Attributes& attributes, const Parts&... inside) {
  return html_element(tag, attributes, (Html() + ... + Html(inside)));
}

template <class... Parts>
Html element(std::string_view tag, const Parts&... inside) {
  return html_element(tag, {}, (Html() + ... + Html(inside)));
}

// A whole valid document. Colors for it, readable on light and dark and told apart by color-blind people (Okabe and
// Ito 2008), are the CSS variables --ink --quiet --line --card --paper and --blue --orange --green --red --purple
// --sky; a link to another place of the file is `#id`.
//   files: what it needs of app/report/page/ besides page.css: style sheets, a script. Of pages with a script the body
//     has `data-page`, a name that no other page has.
std::string html_page(const std::string& title, const Html& body, std::initializer_list<std::string_view> files = {});

// <section> with its heading.   id: where links to it lead; may be empty
Html section(const Html& title, const Html& body, std::string_view id = "");

// What could not be read: files and reasons.
Html unreadable_section(const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace pawprint
