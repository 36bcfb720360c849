import "./core.js";
import "./live.js";
