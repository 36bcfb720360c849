import Yams
import Domain
