using System.Security.Cryptography;

namespace HybridStore.Hot;

/// <summary>The embedded server's password, in the format of <c>.pgpass</c>, so that libpq's clients can be pointed at it.</summary>
/// <param name="path">The file; only its owner may read it.</param>
internal sealed class PasswordFile(string path)
{
    private const int PasswordBytes = 24;

    /// <summary>Where it is.</summary>
    internal string Path { get; } = path;

    /// <summary>Whether there is one.</summary>
    internal bool Exists => File.Exists(Path);

    /// <summary>Makes a new password, replacing what is there.</summary>
    internal string Create()
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes));
        WritePrivate(Path, $"*:*:*:{EmbeddedPostgres.User}:{password}\n");
        return password;
    }

    /// <summary>The password.</summary>
    /// <exception cref="StoreException">Environment: it cannot be read.</exception>
    internal string Read()
    {
        try
        {
            return File.ReadAllText(Path).TrimEnd().Split(':')[^1];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                StoreErrorKind.Environment,
                $"{Path}: the password of the embedded Postgres cannot be read ({e.Message}). Run hybrid as the account that made the store, or stop its server, delete the folder beside it and run 'hybrid sync' to fill it anew.",
                e);
        }
    }

    /// <summary>Writes a file that nobody else can read, not even while it is written.</summary>
    internal static void WritePrivate(string path, string text)
    {
        File.Delete(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }
}
