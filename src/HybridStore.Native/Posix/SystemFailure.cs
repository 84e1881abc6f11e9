using System.Globalization;

namespace HybridStore.Native.Posix;

/// <summary>Tells a refusal by the operating system from a fault of what was read.</summary>
/// <remarks>By the words of messages: DuckDB's carry the system's and no error number.</remarks>
public static class SystemFailure
{
    private const string TooManyFiles = "Too many open files";
    private const string NoMemory = "Cannot allocate memory";

    private static readonly string[] FullDisk = ["No space left on device", "Disk quota exceeded"];

    /// <remarks>Source: strerror(3) in the C locale, which .NET and DuckDB leave as it is.</remarks>
    private static readonly string[] Others =
        ["Permission denied", "Operation not permitted", "Read-only file system", "Input/output error", "Stale file handle"];

    /// <summary>Whether a message quotes the system's refusal.</summary>
    /// <param name="message">An exception's.</param>
    public static bool IsIn(string message) => IsShortage(message) || Others.Any(words => Has(message, words));

    /// <summary>Whether the process lacks something, so that another file would be refused as well.</summary>
    /// <inheritdoc cref="IsIn"/>
    public static bool IsShortage(string message) => IsTooManyFiles(message) || IsFullDisk(message) || Has(message, NoMemory);

    /// <summary>Whether the process has as many files open as it may.</summary>
    /// <inheritdoc cref="IsIn"/>
    public static bool IsTooManyFiles(string message) => Has(message, TooManyFiles);

    /// <summary>Whether the disk, or the user's share of it, is full.</summary>
    /// <inheritdoc cref="IsIn"/>
    public static bool IsFullDisk(string message) => FullDisk.Any(words => Has(message, words));

    /// <summary>What to do about it: a sentence, or nothing where the system's words say it.</summary>
    /// <inheritdoc cref="IsIn"/>
    public static string Advice(string message)
    {
        if (IsFullDisk(message)) return "Make room and run the command again.";
        if (!IsTooManyFiles(message)) return "";
        const string advice = "Raise the limit, such as with 'ulimit -n 4096', and run the command again.";
        return ProcessLimits.OpenFilesMax is { } max
            ? string.Create(CultureInfo.InvariantCulture, $"This process may have {max} files open at a time. {advice}")
            : advice;
    }

    private static bool Has(string message, string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
}
