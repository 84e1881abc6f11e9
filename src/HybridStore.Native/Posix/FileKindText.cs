namespace HybridStore.Native.Posix;

/// <summary>Kinds of files in messages.</summary>
public static class FileKindText
{
    /// <summary>A kind as a part of a sentence: <c>a named pipe</c>.</summary>
    /// <param name="kind">The kind.</param>
    public static string ToText(this FileKind kind) => kind switch
    {
        FileKind.Regular => "a regular file",
        FileKind.Folder => "a folder",
        FileKind.NamedPipe => "a named pipe",
        FileKind.Socket => "a socket",
        FileKind.CharacterDevice => "a character device",
        FileKind.BlockDevice => "a block device",
        _ => "no regular file",
    };
}
