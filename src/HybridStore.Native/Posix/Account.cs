using System.ComponentModel;
using System.Runtime.InteropServices;

namespace HybridStore.Native.Posix;

/// <summary>An account of this machine.</summary>
/// <param name="Name">Its name.</param>
/// <param name="UserId">Its user id; 0 is root.</param>
/// <param name="GroupId">Its own group.</param>
public sealed partial record Account(string Name, uint UserId, uint GroupId)
{
    private static readonly Lock Directory = new();

    /// <summary>Looks an account up by name.</summary>
    /// <param name="name">Such as <c>nobody</c>.</param>
    /// <returns>Null when there is none.</returns>
    public static Account? Find(string name)
    {
        // getpwnam and getpwuid answer in memory that the next call overwrites.
        lock (Directory) return Read(getpwnam(name));
    }

    /// <summary>Looks an account up by its number.</summary>
    /// <param name="userId">A user id.</param>
    /// <returns>Null when no account has it.</returns>
    public static Account? Find(uint userId)
    {
        lock (Directory) return Read(getpwuid(userId));
    }

    /// <summary>Makes this account the owner of a file or folder; only root may.</summary>
    /// <param name="path">An existing path.</param>
    /// <exception cref="IOException">The system refused.</exception>
    public void Own(string path)
    {
        if (chown(path, UserId, GroupId) == 0) return;
        var error = Marshal.GetLastPInvokeError();
        throw new IOException($"{path}: chown to {Name} failed: {new Win32Exception(error).Message}.", error);
    }

    /// <remarks>Source: getpwnam(3); Linux and macOS begin struct passwd with name, password, user and group.</remarks>
    private static unsafe Account? Read(nint entry) => entry == 0
        ? null
        : new Account(Marshal.PtrToStringUTF8(*(nint*)entry)!, *(uint*)(entry + 2 * sizeof(nint)), *(uint*)(entry + 2 * sizeof(nint) + sizeof(uint)));

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getpwnam(string name);

    [LibraryImport("libc")]
    private static partial nint getpwuid(uint userId);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint userId, uint groupId);
}
