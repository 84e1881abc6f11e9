namespace HybridStore.Native.Posix;

/// <summary>What a path leads to.</summary>
public enum FileKind
{
    /// <summary>A file of bytes on a disk.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A named pipe (FIFO): opening it waits for a writer, and its bytes can be read once.</summary>
    NamedPipe,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>A terminal or another character device.</summary>
    CharacterDevice,

    /// <summary>A disk or another block device.</summary>
    BlockDevice,

    /// <summary>What this system has besides.</summary>
    Other,
}
