#include "app/web/edit_request.h"

#include <cmath>

#include "app/web/http.h"
#include "tests/fuzz/fuzz_target.h"

namespace pawprint {

namespace {

void check_moves(const std::map<std::string, double>& moves) {
  must(moves.size() <= 256, "a face has at most 256 moves");
  for (const auto& [_, strength] : moves) must(std::abs(strength) <= 4 && strength != 0, "strengths are within 4");
}

}  // namespace

void fuzz_one(std::string_view input) {
  const auto response =
      respond({{},
               [&](const HttpRequest& request) {
                 const EditRequest edit = parse_edit(request.body);
                 must(!edit.face.empty() && edit.others.size() <= 64, "a face, and at most 64 others");
                 check_moves(edit.moves);
                 for (const auto& [_, moves] : edit.others) check_moves(moves);
                 return HttpResponse();
               }},
              {.body = std::string(input)});
  must(response.status == 200 || response.status == 400, "a wrong request is no bug");
}

}  // namespace pawprint
