/// Titles of problems by status.
enum ProblemTexts {
  static let en = """
    problem.400 = Not readable
    problem.401 = Not signed in
    problem.403 = Not allowed
    problem.404 = Not found
    problem.405 = Method not allowed
    problem.408 = Too slow
    problem.409 = Not possible as things stand
    problem.412 = Changed in the meantime
    problem.413 = Too large
    problem.415 = Type not read here
    problem.422 = Wrong values
    problem.428 = Version missing
    problem.429 = Too often
    problem.500 = A fault on our side
    problem.503 = Not possible at this moment
    problem.fault = Something failed on our side; nothing half done was stored. Tell the administrator this number: {0}.
    """
  static let zh = """
    problem.400 = 无法读取
    problem.401 = 未登录
    problem.403 = 没有权限
    problem.404 = 没有找到
    problem.405 = 不支持这种请求方式
    problem.408 = 发送太慢
    problem.409 = 当前状态不允许
    problem.412 = 内容已被别人更改
    problem.413 = 内容太大
    problem.415 = 不支持这种格式
    problem.422 = 填写有误
    problem.428 = 缺少版本
    problem.429 = 次数过多
    problem.500 = 系统故障
    problem.503 = 暂时无法处理
    problem.fault = 系统出了故障，没有留下半截数据。请把编号 {0} 告诉管理员。
    """
}
