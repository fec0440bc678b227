#include "app/report/html.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "app/report/base64.h"
#include "models/base/sha256.h"

namespace pawprint {
namespace {

TEST(Html, TextIsEscaped) {
  EXPECT_EQ(Html("<img src=\"x\" onerror='a&b'>.jpg").markup(),
            "&lt;img src=&quot;x&quot; onerror=&#39;a&amp;b&#39;&gt;.jpg");
  EXPECT_EQ(Html("K\xc3\xa4tzchen").markup(), "K\xc3\xa4tzchen");
  EXPECT_EQ(Html("a\xff\x01z").markup(), "a\xef\xbf\xbd\xef\xbf\xbdz");
}

TEST(Html, PiecesAreEscapedOnce) {
  const std::string name = "<a>";
  const Html bold = element("b", name);
  EXPECT_EQ((name + " is " + bold + " & " + name).markup(), "&lt;a&gt; is <b>&lt;a&gt;</b> &amp; &lt;a&gt;");
  EXPECT_EQ(element("i", bold, name).markup(), "<i><b>&lt;a&gt;</b>&lt;a&gt;</i>");
}

TEST(Element, HasItsClassesIdAndAttributes) {
  EXPECT_EQ(element("td.number", "1").markup(), "<td class=\"number\">1</td>");
  EXPECT_EQ(element("i#x.a.b", {{"title", "\"<>"}}).markup(),
            "<i id=\"x\" class=\"a b\" title=\"&quot;&lt;&gt;\"></i>");
}

TEST(Element, SomeHaveNoEnd) {
  EXPECT_EQ(element("br").markup(), "<br>");
  EXPECT_EQ(element("img", {{"src", "a"}, {"alt", ""}}).markup(), "<img src=\"a\" alt=\"\">");
  EXPECT_EQ(element("path", {{"d", "M0 0"}}).markup(), "<path d=\"M0 0\"/>");
}

TEST(Section, HasAHeadingAndPerhapsAnId) {
  EXPECT_EQ(section("A < B", element("p", "text")).markup(), "<section>\n<h2>A &lt; B</h2>\n<p>text</p>\n</section>\n");
  EXPECT_EQ(section("A", "", "a").markup().find("<section id=\"a\">"), 0u);
}

TEST(HtmlPage, HasItsTitleBodyAndStyles) {
  const std::string page = html_page("A < B", element("p", "text"), {"chart.css"});
  EXPECT_EQ(page.find("<!DOCTYPE html>"), 0u);
  EXPECT_NE(page.find("<title>A &lt; B</title>"), std::string::npos);
  EXPECT_NE(page.find("<body>\n<main>\n<p>text</p>"), std::string::npos);
  EXPECT_NE(page.find("color-scheme: light dark"), std::string::npos);
  EXPECT_NE(page.find(".chart svg {"), std::string::npos);
  EXPECT_EQ(page.find("http"), std::string::npos);  // nothing is fetched
  EXPECT_THROW(html_page("A", "", {"none.css"}), std::logic_error);
}

TEST(HtmlPage, RunsItsOwnScriptOnly) {
  const std::string page = html_page("A", element("p", "text"), {"corrections.css", "corrections.js"});
  const size_t begin = page.find("<script>") + 8, end = page.find("</script>");
  const auto hash = sha256(page.substr(begin, end - begin)).bytes;
  const std::string allowed =
      "script-src &#39;sha256-" + base64({reinterpret_cast<const char*>(hash.data()), hash.size()}) + "&#39;\">";
  EXPECT_NE(page.find("default-src &#39;none&#39;"), std::string::npos);
  EXPECT_NE(page.find(allowed), std::string::npos);
  EXPECT_EQ(page.find("https:"), std::string::npos);
}

TEST(HtmlPage, WithAScriptHasANameThatAnotherDoesNotHave) {
  const auto page = [](const char* text) { return html_page("A", element("p", text), {"corrections.js"}); };
  const auto name = [&](const std::string& html) { return html.substr(html.find("<body data-page="), 34); };
  EXPECT_EQ(name(page("text")), name(page("text")));
  EXPECT_NE(name(page("text")), name(page("another")));
}

}  // namespace
}  // namespace pawprint
