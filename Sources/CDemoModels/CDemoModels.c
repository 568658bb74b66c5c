#include "CDemoModels.h"
