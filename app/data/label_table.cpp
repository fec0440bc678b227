#include "app/data/label_table.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>

#include "app/data/class_names.h"
#include "app/data/csv.h"
#include "app/data/image_file.h"
#include "app/data/unicode_text.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

namespace {

// The best first: where several columns are known, it is taken.
constexpr std::array kPhotoHeadings = {
    "path"sv,     "filepath"sv,  "imagepath"sv,     "imgpath"sv,    "photopath"sv, "relativepath"sv,
    "filename"sv, "fname"sv,     "imagefilename"sv, "imagefile"sv,  "imgfile"sv,   "imagename"sv,
    "imgname"sv,  "photoname"sv, "file"sv,          "image"sv,      "img"sv,       "photo"sv,
    "picture"sv,  "pic"sv,       "images"sv,        "files"sv,      "imageid"sv,   "imgid"sv,
    "photoid"sv,  "fileid"sv,    "idcode"sv,        "imageindex"sv, "isicid"sv,    "id"sv,
    "name"sv};
constexpr std::array kClassHeadings = {"label"sv,     "labels"sv,     "class"sv,      "classname"sv,    "classlabel"sv,
                                       "labelname"sv, "classes"sv,    "category"sv,   "categoryname"sv, "target"sv,
                                       "breed"sv,     "species"sv,    "variety"sv,    "diagnosis"sv,    "groundtruth"sv,
                                       "classid"sv,   "labelid"sv,    "categoryid"sv, "targetid"sv,     "breedid"sv,
                                       "speciesid"sv, "classindex"sv, "labelindex"sv};
constexpr std::array kOtherClassHeadings = {"dx"sv, "y"sv, "tag"sv, "truth"sv, "annotation"sv};  // if there is no other
constexpr std::array kGroupHeadings = {"group"sv,     "groupid"sv,  "patient"sv,    "patientid"sv,    "subject"sv,
                                       "subjectid"sv, "lesionid"sv, "individual"sv, "individualid"sv, "animalid"sv};
constexpr std::array kPartHeadings = {"split"sv, "set"sv, "subset"sv, "partition"sv, "usage"sv, "phase"sv};

constexpr size_t kNone = static_cast<size_t>(-1);

struct Columns {
  size_t photo = kNone, class_name = kNone, group = kNone, part = kNone;
  std::vector<size_t> one_hot;  // instead of class_name
  bool heading = false;
};

std::string read_text(const fs::path& file, const std::string& subject) {
  std::ifstream in(file, std::ios::binary);
  if (std::error_code error; !in || fs::is_directory(file, error))
    throw Error(subject + ": expected a CSV file with path,label, got none that can be read");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Cells without blanks at their ends; rows of blanks are passed over, as is Excel's first line sep=;
std::vector<CsvRow> read_rows(std::string_view text, const std::string& subject) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    throw Error(subject + ": expected UTF-8, got UTF-16; save it as \"CSV UTF-8\"");
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const bool told = text.size() > 5 && folded(text.substr(0, 4)) == "sep=" && (text[5] == '\n' || text[5] == '\r');
  const char separator = told ? text[4] : csv_separator(text);
  auto rows = parse_csv(text, subject, separator);
  if (told) rows.erase(rows.begin());
  for (auto& row : rows) {
    for (auto& cell : row.cells) cell = trimmed(cell);
  }
  std::erase_if(rows, [](const CsvRow& row) {
    return std::all_of(row.cells.begin(), row.cells.end(), [](const std::string& cell) { return cell.empty(); });
  });
  return rows;
}

// Lower case, letters and digits only: `File name`, `file_name` and `FileName` are one.
std::vector<std::string> plain_headings(const CsvRow& row) {
  std::vector<std::string> names;
  for (const auto& cell : row.cells) {
    std::string name = folded(cell);
    std::erase_if(name, [](unsigned char c) { return c < 0x80 && !std::isalnum(c); });
    names.push_back(std::move(name));
  }
  return names;
}

// Those of `headings` that are among `known`, the best known first.
template <size_t N>
std::vector<size_t> columns_of(const std::vector<std::string>& headings, const std::array<std::string_view, N>& known) {
  std::vector<size_t> found;
  for (const auto name : known) {
    for (size_t c = 0; c < headings.size(); ++c) {
      if (headings[c] == name) found.push_back(c);
    }
  }
  return found;
}

template <size_t N>
size_t column_of(const std::vector<std::string>& headings, const std::array<std::string_view, N>& known) {
  const auto found = columns_of(headings, known);
  return found.empty() ? kNone : found.front();
}

std::string in_quotes(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + pawprint::in_quotes(name);
  return text;
}

// Whether two columns divide the photos alike: 0, 1 and cat, dog.
bool say_the_same(const std::vector<CsvRow>& rows, size_t a, size_t b) {
  std::map<std::string, std::string> there, back;
  for (size_t r = 1; r < rows.size(); ++r) {
    const auto& cells = rows[r].cells;
    if (cells.size() <= std::max(a, b)) continue;
    if (there.emplace(cells[a], cells[b]).first->second != cells[b]) return false;
    if (back.emplace(cells[b], cells[a]).first->second != cells[a]) return false;
  }
  return true;
}

// Of several columns that may be the class the best known; one with names before one with numbers.
// Throws Error if they do not say the same.
size_t class_column(const std::vector<CsvRow>& rows, const std::vector<size_t>& candidates, const std::string& where) {
  if (candidates.empty()) return kNone;
  size_t best = candidates.front();
  for (const size_t other : candidates) {
    if (!say_the_same(rows, best, other))
      throw Error(where + ": expected one column for the class, got " +
                  in_quotes({rows[0].cells[best], rows[0].cells[other]}) +
                  ", which do not say the same; remove or rename one");
    const auto numbers = [&](size_t column) {
      return std::all_of(rows.begin() + 1, rows.end(), [&](const CsvRow& row) {
        return row.cells.size() <= column || row.cells[column].find_first_not_of("0123456789.") == std::string::npos;
      });
    };
    if (numbers(best) && !numbers(other)) best = other;
  }
  return best;
}

// 1, 0 or nothing of the two.
std::optional<bool> zero_or_one(const std::string& cell) {
  const std::string text = folded(cell);
  if (text == "true" || text == "false") return text == "true";  // as pandas writes them
  const bool decimal = text.size() > 2 && text[1] == '.' && text.find_first_not_of('0', 2) == std::string::npos;
  if (text.size() != 1 && !decimal) return std::nullopt;
  return text[0] == '1' ? std::optional(true) : text[0] == '0' ? std::optional(false) : std::nullopt;
}

// The columns that have 0 or 1 in the first row, if there are two.
std::vector<size_t> one_hot_columns(const std::vector<CsvRow>& rows, const Columns& others) {
  std::vector<size_t> found;
  if (rows.size() < 2) return found;
  for (size_t c = 0; c < std::min(rows[0].cells.size(), rows[1].cells.size()); ++c) {
    const auto& heading = rows[0].cells[c];  // pandas' row numbers have none, or `Unnamed: 0`
    const bool number = heading.empty() || heading.starts_with("Unnamed") || heading == "index";
    const bool other = c == others.photo || c == others.group || c == others.part || number;
    if (!other && zero_or_one(rows[1].cells[c])) found.push_back(c);
  }
  if (found.size() < 2) found.clear();
  return found;
}

bool is_photo(const std::string& name, PhotoFinder& finder, const std::string& subject) {
  return finder.find(name, subject).has_value();
}

std::string heading_problem(const CsvRow& row, bool has_photo) {
  return std::string("expected ") +
         (has_photo ? "a heading for the class (label, class, category, breed, species, target, diagnosis ...) or a "
                      "column of 0 and 1 for each class"
                    : "a heading for the photo (path, filename, file, image, image_id, id ...) and one for the class "
                      "(label, class, category, breed, target ...), or a photo of the data") +
         ", got " + in_quotes(row.cells) + "; rename the column";
}

Columns known_columns(const std::vector<CsvRow>& rows, PhotoFinder& finder, const std::string& subject) {
  Columns columns;
  const auto names = plain_headings(rows[0]);
  const auto photos = columns_of(names, kPhotoHeadings);
  if (photos.empty()) return columns;
  columns.heading = true;
  columns.photo = photos.front();
  for (const size_t column : photos) {  // image_id beside id: the one that says where photos are
    if (photos.size() < 2 || rows.size() < 2 || rows[1].cells.size() <= column) break;
    if (!is_photo(rows[1].cells[column], finder, subject)) continue;
    columns.photo = column;
    break;
  }
  columns.class_name = class_column(rows, columns_of(names, kClassHeadings), subject);
  if (columns.class_name == kNone) columns.class_name = column_of(names, kOtherClassHeadings);
  columns.group = column_of(names, kGroupHeadings);
  columns.part = column_of(names, kPartHeadings);
  if (columns.class_name == kNone) columns.one_hot = one_hot_columns(rows, columns);
  return columns;
}

// Of a column of parts: only if its first cell names one. `set` may mean something else.
bool tells_parts(const std::vector<CsvRow>& rows, size_t column) {
  return column != kNone && rows.size() > 1 && rows[1].cells.size() > column && part_of_name(rows[1].cells[column]);
}

std::string one_hot_class(const CsvRow& row, const CsvRow& heading, const std::vector<size_t>& columns,
                          const std::string& where) {
  std::vector<std::string> ones, names;
  for (const size_t column : columns) {
    names.push_back(heading.cells[column]);
    const auto value = column < row.cells.size() ? zero_or_one(row.cells[column]) : std::nullopt;
    if (!value)
      throw Error(where + ": expected 0 or 1 in the column of " + in_quotes({heading.cells[column]}) + ", got " +
                  pawprint::in_quotes(column < row.cells.size() ? row.cells[column] : ""));
    if (*value) ones.push_back(heading.cells[column]);
  }
  if (names.size() > 12) names = {names[0], names[1], "..."};
  if (ones.size() != 1)
    throw Error(where + ": expected one 1 in the columns " + in_quotes(names) + ", got " +
                (ones.empty() ? "none" : "it for " + in_quotes(ones)) + "; a photo has one class");
  return ones.front();
}

// Empty for what spreadsheets and pandas write where nothing is known: that is no group.
std::string group_of(const std::string& cell) {
  constexpr std::array kUnknown = {"na"sv, "n/a"sv, "nan"sv, "none"sv, "null"sv, "-"sv, "?"sv};
  return std::find(kUnknown.begin(), kUnknown.end(), folded(cell)) == kUnknown.end() ? cell : "";
}

TableRow read_row(const CsvRow& row, const CsvRow& heading, const Columns& columns, const std::string& where) {
  const auto cell = [&](size_t column) { return column < row.cells.size() ? row.cells[column] : std::string(); };
  TableRow out{cell(columns.photo), "", group_of(cell(columns.group)), std::nullopt, row.line};
  if (columns.class_name != kNone) {
    if (row.cells.size() <= std::max(columns.photo, columns.class_name))
      throw Error(where + ": expected path,label, got " + std::to_string(row.cells.size()) +
                  (row.cells.size() == 1 ? " cell" : " cells"));
    out.class_name = class_name_of(cell(columns.class_name));
  } else if (!columns.one_hot.empty()) {
    out.class_name = class_name_of(one_hot_class(row, heading, columns.one_hot, where));
  }
  if (columns.part != kNone) {
    const auto part = part_of_name(cell(columns.part));
    if (!part) throw Error(where + ": expected train, val or test, got " + pawprint::in_quotes(cell(columns.part)));
    out.part = part->part;
  }
  return out;
}

}  // namespace

LabelTable read_label_table(const fs::path& file, PhotoFinder& finder) {
  const std::string subject = pawprint::in_quotes(file.native());
  const auto rows = read_rows(read_text(file, subject), subject);
  LabelTable table{file, {}, false, false, ""};
  if (rows.empty()) throw Error(subject + ": expected rows of path,label, got none");
  const std::string first = subject + ':' + std::to_string(rows[0].line);
  Columns columns = known_columns(rows, finder, first);
  const bool labeled = columns.class_name != kNone || !columns.one_hot.empty();
  if (has_image_extension(rows[0].cells[0]) || (!labeled && is_photo(rows[0].cells[0], finder, first))) {
    columns = {0, 1, kNone, kNone, {}, false};
  } else if (!labeled) {
    if (!columns.heading) throw Error(first + ": " + heading_problem(rows[0], false));
    table.heading_problem = first + ": " + heading_problem(rows[0], true);
  }
  if (!tells_parts(rows, columns.part)) columns.part = kNone;
  table.has_labels = table.heading_problem.empty();
  table.has_parts = columns.part != kNone;
  for (size_t r = columns.heading ? 1 : 0; r < rows.size(); ++r)
    table.rows.push_back(read_row(rows[r], rows[0], columns, subject + ':' + std::to_string(rows[r].line)));
  if (table.rows.empty()) throw Error(subject + ": expected rows of path,label, got none");
  return table;
}

}  // namespace pawprint
