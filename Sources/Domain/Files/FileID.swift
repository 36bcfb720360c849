/// A file somebody uploaded, and what was attached of it to a case.
public enum UploadedBytes {}
public enum Attachment {}

public typealias FileID = ID<UploadedBytes>
public typealias AttachmentID = ID<Attachment>
