#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pawprint {

// What part of a dataset photos are for.
enum class Part { kTraining, kValidation, kTest, kUnlabeled };

struct PartName {
  Part part = Part::kTraining;
  std::string rest;         // of the name, what neither is the part's word nor says nothing: `seg` of seg_train
  bool evaluation = false;  // called so: a test where there is a validation part besides
};

// The part that a folder's or a file's name speaks of, in any case: train, training_set, trn, Train_Images, train1, ...
// ; val, valid, validation, dev, eval, ... ; test, testing, test_set, tst, ... ; pred, unlabeled. nullopt for other
// names, and for names that speak of two.
std::optional<PartName> part_of_name(std::string_view name);

// A name as `images` or `Photos_jpg`: it tells nothing of what is in the folder.
bool is_plain_name(std::string_view name);

}  // namespace pawprint
