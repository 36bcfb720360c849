/// A calendar of working hours, Monday to Friday 9 to 5, and a later year's table for it.
enum OfficeHours {
  static let yaml = """
    name: office
    time_zone: Asia/Shanghai
    week: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"], thu: ["09:00-17:00"], fri: ["09:00-17:00"]}
    holidays: china
    """
  static let year2027 = "2027 off 01-01..01-03 02-05..02-11 05-01..05-03 10-01..10-07\n2027 work 01-31 02-20\n"
}
