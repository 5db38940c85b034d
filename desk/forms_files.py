"""Files in a form, checked by their content, and the promise that goes with pictures (SLA 9.4)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import attachments
from desk.door import Invalid
from desk.fields import FilesField, FilesInput

CHOOSE_AGAIN = gettext_lazy(
    "Kies de bestanden opnieuw: een browser bewaart die niet als er nog iets niet klopt."
)
ACCEPT = (
    "image/jpeg,image/png,image/gif,image/webp,video/mp4,video/webm,video/quicktime,"
    "application/pdf,.txt,.log,.csv"
)


class CheckedFilesField(FilesField):
    """Several files, each checked by its content before the rest of the form is judged."""

    claim = ""  # that what was found in one of them is no BSN, for `components/field.html`

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = super().clean(data, initial)
        try:
            attachments.check(files)
        except Invalid as wrong:
            self.claim = wrong.claim
            raise forms.ValidationError(wrong.errors["files"]) from None
        return files


class WithFiles(forms.Form):
    """For a form that takes files: put it first among the bases. What is refused asks to choose them again."""

    files = CheckedFilesField(  # type: ignore[assignment]  # the form keeps its uploads under that name too
        label=gettext_lazy("Bestanden"), widget=FilesInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy("Een schermafbeelding, foto, video, pdf of tekstbestand; hooguit 25 MB per bestand."),
    )  # fmt: skip
    images_masked = forms.BooleanField(
        label=gettext_lazy("Op de foto’s en video’s zijn geen persoonsgegevens te zien, of ze zijn onherkenbaar gemaakt."),
        required=False,
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        files = self.cleaned_data.get("files") or []
        given: dict[str, Any] = super().clean() or {}
        if any(map(attachments.is_visual, attachments.check(files))) and not given.get("images_masked"):
            self.add_error("images_masked", _("Bevestig dit, of verstuur het zonder foto of video."))
        return given

    @property
    def uploads(self) -> MultiValueDict[str, UploadedFile[Any]]:
        found: MultiValueDict[str, UploadedFile[Any]] = self.__dict__["files"]
        return found

    def full_clean(self) -> None:
        super().full_clean()
        self._ask_for_files_again()

    def refuse(self, wrong: Any) -> None:
        super().refuse(wrong)  # type: ignore[misc]  # of the form that this is mixed into
        self._ask_for_files_again()

    def _ask_for_files_again(self) -> None:
        if self.is_bound and self.errors and "files" in self.uploads and "files" not in self.errors:
            self.add_error("files", CHOOSE_AGAIN)
