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

    /// <summary>Does something with files as this account would: what it may not touch is refused, whatever link leads there, and what is made is its own.</summary>
    /// <param name="work">Ends on the thread that it begins on. Only root may be somebody else, and only on Linux.</param>
    /// <exception cref="UnauthorizedAccessException">This process may not act for it.</exception>
    /// <remarks>Source: setfsuid(2), whose effect is this thread's alone.</remarks>
    public T Act<T>(Func<T> work)
    {
        var (user, group) = (setfsuid(UserId), setfsgid(GroupId));
        try
        {
            // It reports no mistake; the next call says what the last one did.
            return setfsuid(UserId) == UserId ? work() : throw new UnauthorizedAccessException($"This process may not use files as {Name}.");
        }
        finally
        {
            _ = (setfsuid(user), setfsgid(group));
        }
    }

    /// <remarks>Source: getpwnam(3); Linux and macOS begin struct passwd with name, password, user and group.</remarks>
    private static unsafe Account? Read(nint entry) => entry == 0
        ? null
        : new Account(Marshal.PtrToStringUTF8(*(nint*)entry)!, *(uint*)(entry + 2 * sizeof(nint)), *(uint*)(entry + 2 * sizeof(nint) + sizeof(uint)));

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getpwnam(string name);

    [LibraryImport("libc")]
    private static partial nint getpwuid(uint userId);

    [LibraryImport("libc")]
    private static partial uint setfsuid(uint userId);

    [LibraryImport("libc")]
    private static partial uint setfsgid(uint groupId);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint userId, uint groupId);
}
