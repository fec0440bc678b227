# nlohmann/json 3.11 or later (Debian: nlohmann-json3-dev). MIT. backbone.json, pawprint.json, metrics.json.
find_package(nlohmann_json 3.11 REQUIRED)
add_library(pawprint_json INTERFACE IMPORTED)
target_link_libraries(pawprint_json INTERFACE nlohmann_json::nlohmann_json)
